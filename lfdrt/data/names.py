"""How people call the columns of a table, in many languages: text, picture, language, label, id."""

from __future__ import annotations

import re

# In the order of guessing by content: the longest cells are the text, then what repeats the label.
_WORDS = {
    "image": """
        image img images picture pic photo file filename filepath path imagepath imagefile
        imagen foto fotografía immagine bild gambar imagem afbeelding obraz resim görsel picha
        kuva kép irudi bildo изображение картинка фото рәсем 图片 图像 圖片 画像 写真 이미지
        사진 صورة תמונה चित्र படம் చిత్రం ಚಿತ್ರ ചിത്രം სურათი""",
    "lang": """
        lang language languagecode langcode locale iso langue idioma lingua língua sprache taal
        glottocode languageid
        język bahasa basa dil lugha kieli nyelv hizkuntza lingvo язык тел 语言 語言 言語 언어
        لغة زبان שפה भाषा மொழி భాష ಭಾಷೆ ഭാഷ ენა""",
    "text": """
        text primarytext
        sentence utterance content message comment tweet review post body caption
        transcript texte phrase texto frase oración comentario mensaje testo satz nachricht
        tekst zin teks kalimat ukara matn metin cümle maandishi sentensi teksti lause szöveg
        mondat testua esaldi teksto frazo текст предложение сообщение җөмлә 文本 句子 内容 文章
        テキスト 文 본문 텍스트 문장 نص جملة متن טקסט משפט पाठ वाक्य உரை வாக்கியம் పాఠం వాక్యం
        ಪಠ್ಯ ವಾಕ್ಯ വാചകം ტექსტი წინადადება""",
    "label": """
        label labels emotion emotions feeling feelings mood sentiment polarity class category target
        gold annotation
        étiquette émotion etiqueta emoción sentimiento emoção etichetta emozione gefühl stimmung
        emotie emosi perasaan sentimen etiket duygu hisia tunne érzelem emozio emocio метка
        эмоция тональность хис 标签 標籤 情感 情绪 情緒 感情 ラベル 감정 레이블 عاطفة مشاعر רגש
        भावना உணர்வு భావోద్వేగం ಭಾವನೆ വികാരം ემოცია""",
    "id": "id ids uid uuid key nr no number rowid sampleid textid tweetid",
}
KNOWN = {role: frozenset(names.casefold().split()) for role, names in _WORDS.items()}


def words_of(name: str) -> list[str]:
    """A column's name in its words, folded: `Tweet_text` is tweet and text."""
    return re.split(r"[\s_.:/-]+", name.casefold())


def is_known(name: str) -> bool:
    """Whether a column is called just so, in any role."""
    whole = "".join(words_of(name.strip()))
    return any(whole in known for known in KNOWN.values())
