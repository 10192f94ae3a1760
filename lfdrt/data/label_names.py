"""Which class of a model a person's own label means: by its name in many languages, as an emoji, as
a polarity word or as a number. Guesses, for a person to confirm; None where nothing fits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_NAMES = {
    "anger": """
        anger angry annoyance annoyed mad rage furious irritated frustration frustrated hate hatred
        colère fâché enojo ira rabia enfado enojado raiva zangado rabbia ärger wut zorn wütend boos
        boosheid woede vihainen viha harag düh mérges gniew złość öfke kızgın kızgınlık sinir
        hasira marah amarah kemarahan galit haserre haserrea kolero гнев злость злой злобен ачу
        кинәү açulanu كراهية غضب غاضب כעס כועס क्रोध गुस्सा राग கோபம் கோபமாக కోపం క్రోధం
        ಕೋಪ ಸಿಟ್ಟು ദേഷ്യം കോപം ბრაზი სიბრაზე რისხვა 怒 怒り 愤怒 憤怒 生气 生氣 화 분노 화남
        haushi fushi
        ibinu ulaka intukuthelo 😠 😡 🤬 👿 💢""",
    "disgust": """
        disgust disgusted disgusting aversion dégoût dégoûté asco disgusto asqueado nojo repulsa
        disgustato schifo ekel abscheu afschuw walging afsky inho undor wstręt obrzydzenie tiksinti
        iğrenme chukizo kinyaa jijik nazazaro nazka abomeno отвращение чиркану اشمئزاز قرف גועל
        घृणा घिन जुगुप्सा வெறுப்பு அருவருப்பு అసహ్యం ಅಸಹ್ಯ അറപ്പ് വെറുപ്പ് ზიზღი 嫌悪 厌恶 厭惡
        혐오 역겨움
        kyama ìríra isinyanyiso 🤢 🤮""",
    "fear": """
        fear afraid scared fearful anxiety anxious worry worried nervousness nervous terror peur
        effrayé miedo temor asustado medo paura angst furcht bang vrees rädsla pelko félelem strach
        lęk korku endişe hofu uoga takut ketakutan takot beldur beldurra timo страх боязнь тревога
        курку qurqu خوف خائف פחד מפחד भय डर भीती भीति பயம் அச்சம் భయం ಭಯ ഭയം შიში 恐 恐怖 恐惧
        恐懼 害怕 두려움 공포 불안 무서움 tsoro ẹ̀rù ujo ukwesaba 😨 😱 😰 😧""",
    "joy": """
        joy happy happiness glad pleasure love amusement excitement excited gratitude optimism
        enjoyment delight delighted laughing joie heureux bonheur amour alegría feliz felicidad
        amor
        alegria gioia felice felicità amore freude glücklich freudig liebe blij vreugde geluk
        glädje
        ilo iloinen öröm boldog radość szczęście sevinç mutlu mutluluk neşe furaha upendo
        senang bahagia gembira sukacita kegembiraan masaya tuwa poza alaitasuna ĝojo feliĉo
        радость счастье радостный любовь шатлык шатлану бәхет şatlıq فرح سعادة سعيد حب שמחה שמח
        אושר
        आनंद आनन्द खुशी ख़ुशी हर्ष प्रसन्नता மகிழ்ச்சி சந்தோஷம் సంతోషం ఆనందం ಸಂತೋಷ ಆನಂದ സന്തോഷം
        ആനന്ദം
        სიხარული ბედნიერება 喜 喜悦 喜悅 喜び 快乐 快樂 高兴 高興 开心 開心 幸福 기쁨 행복 즐거움
        farinciki ayọ̀ idunnu ọṅụ injabulo 😀 😃 😄 😁 😆 😂 🤣 😊 🙂 😍 🥰 😘 ❤ 💕 🎉 👍 ☺""",
    "neutral": """
        neutral none noemotion objective calm neutre neutro neutrale neutraal
        neutraali neutralny semleges nötr tarafsız netral neutrala neŭtrala нейтральный
        нейтрально нейтраль محايد ניטרלי तटस्थ உணர்வற்ற நடுநிலை తటస్థం తటస్థ ತಟಸ್ಥ നിഷ്പക്ഷം
        ნეიტრალური 中性 中立 无情绪 普通 중립 무감정 😐 😑 😶""",
    "sadness": """
        sadness sad sorrow grief depressed disappointment disappointed unhappy remorse tristesse
        triste tristeza tristezza trauer traurig traurigkeit verdriet verdrietig droefheid sorg
        ledsen suru surullinen szomorúság szomorú smutek smutny üzüntü üzgün huzuni sedih kesedihan
        lungkot malungkot tristura tristea malĝojo грусть печаль грустный кайгы моңсу qayğı حزن
        حزين
        עצב עצוב दुःख दुख उदास उदासी சோகம் துக்கம் దుఃఖం విచారం బాధ ದುಃಖ ದುಃಖಿತ സങ്കടം ദുഃഖം
        სევდა მწუხარება 悲 悲しみ 哀 悲伤 悲傷 难过 難過 伤心 傷心 슬픔 우울 ibanujẹ mwute usizi
        😢 😭 😞
        😔 ☹ 🙁 😥 💔""",
    "surprise": """
        surprise surprised astonishment astonished amazement confusion curiosity étonnement
        sorpresa
        sorprendido surpreso sorpreso überraschung überrascht erstaunen verrassing verrast
        överraskning yllätys yllättynyt meglepetés meglepett zaskoczenie şaşkınlık sürpriz şaşırma
        mshangao ajabu terkejut kaget kejutan gulat harritura surprizo удивление удивлённый
        гаҗәпләнү مفاجأة دهشة מופתע הפתעה आश्चर्य अचरज ஆச்சரியம் வியப்பு ఆశ్చర్యం ಆಶ್ಚರ್ಯ ആശ്ചര്യം
        გაოცება გაკვირვება 惊 驚 驚き 惊讶 驚訝 惊喜 驚喜 놀람 놀라움 mamaki ìyàlẹ́nu ukumangala
        😮 😲 😯 🤯
        😳""",
    "negative": """
        negative neg bad négatif negativo negativ negatief negatiivinen negatywny olumsuz hasi
        negatif negatibo negatiba negativa отрицательный негативный тискәре سلبي שלילי नकारात्मक
        எதிர்மறை ప్రతికూల ಋಣಾತ್ಮಕ നെഗറ്റീവ് უარყოფითი 负面 負面 消极 消極 ネガティブ 부정 부정적
        👎 ➖""",
    "positive": """
        positive pos good positif positivo positiv positief positiivinen pozytywny olumlu chanya
        positibo positiboa pozitiva положительный позитивный уңай إيجابي חיובי सकारात्मक நேர்மறை
        అనుకూల సానుకూల ಧನಾತ್ಮಕ പോസിറ്റീവ് დადებითი 正面 积极 積極 ポジティブ 긍정 긍정적 👍 ➕""",
    "weakly negative": "weaklynegative slightlynegative somewhatnegative weaknegative",
    "weakly positive": "weaklypositive slightlypositive somewhatpositive weakpositive",
}
_INSTEAD = {
    "positive": "joy",
    "weakly positive": "positive",
    "weakly negative": "negative",
    "joy": "positive",
    "anger": "negative",
    "disgust": "negative",
    "fear": "negative",
    "sadness": "negative",
}
"""What a label means for a model without its class. "negative" may be four feelings: nobody knows
which, so it means none."""
_SCALES = {
    3: ((-1, 0, 1), (0, 1, 2), (1, 2, 3)),
    5: ((-2, -1, 0, 1, 2), (0, 1, 2, 3, 4), (1, 2, 3, 4, 5)),
}
_NUMBER = re.compile(r"[+\-−]?\d+(\.0+)?")


def guess_classes(values: Iterable[str], classes: Sequence[str]) -> dict[str, str | None]:
    """The class that each of a table's labels seems to mean; None: none fits.

    values: all different ones, since a number means nothing without the others: whole numbers that
    fill a scale from negative to positive are read as one, and else as places in `classes`, from 0,
    or from 1 where the last is there and 0 is not.
    """
    told = list(dict.fromkeys(values))
    numbers = _places(told, classes)
    if numbers is not None:
        return {value: classes[place] for value, place in numbers.items()}
    return {value: _class_of(value, classes) for value in told}


def class_named(value: str, classes: Sequence[str]) -> str | None:
    """The class that this is a name of, in whatever language; none that only comes near."""
    key = _key(value)
    named = [name for name in classes if key == _key(name)]
    return next((name for name in (*named, *_meant(key)) if name in classes), None)


def _class_of(value: str, classes: Sequence[str]) -> str | None:
    near = [_INSTEAD[name] for name in _meant(_key(value)) if name in _INSTEAD]
    return class_named(value, classes) or next((one for one in near if one in classes), None)


def _meant(key: str) -> list[str]:
    return [name for name, keys in _KEYS.items() if key in keys]


def _places(values: Sequence[str], classes: Sequence[str]) -> dict[str, int] | None:
    """Place in `classes` of each; None where not all are whole numbers of one scale."""
    if not values or not all(_NUMBER.fullmatch(value.strip()) for value in values):
        return None
    numbers = {value: int(float(value.strip().replace("−", "-"))) for value in values}
    found, count = set(numbers.values()), len(classes)
    if "negative" in classes and found == {0, 1}:
        ends = (classes.index("negative"), classes.index("positive"))
        return {value: ends[number] for value, number in numbers.items()}
    for scale in _SCALES.get(count, ()):
        if found <= set(scale) and (min(found) == scale[0] or max(found) == scale[-1]):
            return {value: scale.index(number) for value, number in numbers.items()}
    first = 1 if count in found and 0 not in found else 0
    if min(found) < first or max(found) >= first + count:
        return None
    return {value: number - first for value, number in numbers.items()}


def _key(name: str) -> str:
    """Without case, accents' order, signs of words and what makes an emoji colourful."""
    composed = unicodedata.normalize("NFC", name.casefold())
    return "".join(c for c in composed if not (c.isspace() or c in "_-.,:;!()[]\"'’#/\ufe0f"))


_KEYS = {name: frozenset(map(_key, told.split())) for name, told in _NAMES.items()}
