/* The language of the page in the browser: numbers, plurals, and the chooser in the head of the page,
   which keeps the choice in a cookie (speech.py) and loads the page anew. */

const Language = (() => {
  const COOKIE = "lfdrt-language", A_YEAR = 31536000; // s
  const tag = () => document.documentElement.lang || "en";

  const number = (value, digits = 0) =>
    value.toLocaleString(tag(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const percent = (share, digits = 1) => tag() === "en" ? number(100 * share, digits) + "\u00a0%" :
    share.toLocaleString(tag(), { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const counted = (forms, n) => // forms: by CLDR's categories
    fill(forms[new Intl.PluralRules(tag()).select(n)] ?? forms.other, { count: number(n) });

  document.addEventListener("change", async event => {
    const chooser = event.target.closest("[data-page-language]");
    if (!chooser) return;
    document.cookie = `${COOKIE}=${chooser.value}; Path=/; Max-Age=${A_YEAR}; SameSite=Lax`;
    await Share.keep(); // what was typed
    location.reload();
  });

  return { number, percent, fill, counted, forget() { document.cookie = `${COOKIE}=; Path=/; Max-Age=0; SameSite=Lax`; } };
})();
