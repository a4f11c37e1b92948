// Tells what is doubtful about the figures while they are typed. Only improves: the next page tells it too.
"use strict";

{
  const form = document.querySelector("form.credit");
  const { language, today, staleMonths, newYears, share, needed, neededCurrency } = form.dataset;
  const typed = (name) => form.elements[name].value.trim();

  // Amounts are reckoned exactly, in ten-thousandths: no currency has more decimals.
  const scaled = (whole, decimals) => BigInt(whole + decimals.padEnd(4, "0"));
  const [wholeNeeded, decimalsNeeded = ""] = needed.split(".");
  const sign = /^[€$£¥]/;

  // An amount as people of this language type it, as the server reads it; null for what it would ask about.
  function amount(text) {
    let bare = text.replace(/[\s'\u2019]/g, "").replace(sign, "");
    const below = /^(?:[-\u2212\u2013](.+)|\(([^()]+)\))$/.exec(bare);
    if (below) bare = (below[1] ?? below[2]).replace(sign, "");
    bare = bare.replace(/([.,])[-\u2013\u2014]+$/, (_, mark) => `${mark}00`);
    const last = Math.max(bare.lastIndexOf("."), bare.lastIndexOf(","));
    const isMark = last >= 0 && bare.indexOf(bare[last]) === last;
    let [whole, decimals] = isMark ? [bare.slice(0, last), bare.slice(last + 1)] : [bare, "00"];
    if (/^[1-9][0-9]{0,2}[.,][0-9]{3}$/.test(bare)) {
      if (bare[last] !== (language === "nl" ? "." : ",")) return null;
      [whole, decimals] = [whole + decimals, "00"];
    } else if (/^[0-9]{1,3}([.,])[0-9]{3}(\1[0-9]{3})*$/.test(whole)) whole = whole.replace(/[.,]/g, "");
    if (!/^[0-9]+$/.test(whole) || !/^[0-9]{1,4}$/.test(decimals)) return null;
    return below ? -scaled(whole, decimals) : scaled(whole, decimals);
  }

  function shown(scaledAmount) {
    const digits = String(scaledAmount).replace("-", "").padStart(5, "0");
    const whole = digits.slice(0, -4).replace(/\B(?=(\d{3})+$)/g, ",");
    const text = `${scaledAmount < 0n ? "-" : ""}${whole}.${digits.slice(-4).replace(/0{1,2}$/, "")}`;
    return language === "nl" ? text.replace(/[.,]/g, (mark) => (mark === "." ? "," : ".")) : text;
  }

  const above = (one, other) => (of) => of[one] !== null && of[other] !== null && of[one] > of[other];
  const doubts = {
    current_assets_above_total_assets: above("current_assets", "total_assets"),
    current_liabilities_above_total_liabilities: above("current_liabilities", "total_liabilities"),
    equity_above_total_assets: above("equity", "total_assets"),
    operating_result_above_revenue: above("operating_result", "annual_revenue"),
    figures_stale: ({ year }) => {
      const months = (Number(today.slice(0, 4)) - year - 1) * 12 + Number(today.slice(5, 7)) - 1;
      return year >= 1900 && months >= Number(staleMonths);
    },
    figures_in_another_currency: ({ currency }) => currency !== "" && currency !== neededCurrency,
    limit_in_another_currency: (of) => of.limit_currency !== "" && of.limit_currency !== neededCurrency,
    retained_earnings_above_equity: above("retained_earnings", "equity"),
    negative_equity: ({ equity }) => equity !== null && equity < 0n,
    limit_high_for_revenue: (of) =>
      of.limit !== null && of.annual_revenue !== null && of.limit_currency === of.currency &&
      of.limit * 10000n > BigInt(Math.round(Number(share) * 10000)) * of.annual_revenue,
    limit_above_request: (of) =>
      of.limit !== null && of.limit_currency === neededCurrency && of.limit > scaled(wholeNeeded, decimalsNeeded),
    new_company: ({ years }) => /^[0-9]{1,4}$/.test(years) && Number(years) < Number(newYears),
  };
  const figures = ["total_assets", "current_assets", "equity", "retained_earnings", "current_liabilities"];

  function read() {
    const of = Object.fromEntries([...figures, "annual_revenue", "operating_result"].map((name) => [name, amount(typed(name))]));
    const isWhole = of.total_assets !== null && of.equity !== null && of.equity <= of.total_assets;
    of.total_liabilities = isWhole ? of.total_assets - of.equity : null;
    of.limit = amount(typed("limit_amount"));
    const year = /^[0-9]{4}$/.test(typed("figures_year")) ? Number(typed("figures_year")) : 0;
    return { ...of, year, years: typed("years_in_business"), currency: typed("currency"), limit_currency: typed("limit_currency") };
  }

  function words(template, of) {
    return template.content.textContent.replace(/\{(\w+)\}/g, (_, name) => {
      if (name === "figures_year") return of.year;
      if (typeof of[name] !== "bigint") return of[name];
      return `${name === "limit" ? of.limit_currency : of.currency} ${shown(of[name])}`;
    });
  }

  // What is said already is left alone, so that it is not read out again.
  function look() {
    const of = read();
    for (const template of form.querySelectorAll("template[data-doubt]")) {
      const place = template.parentElement.querySelector(".doubts");
      const code = template.dataset.doubt;
      const said = place.querySelector(`[data-code=${code}]`);
      const text = doubts[code]?.(of) ? words(template, of) : "";
      if (said?.textContent === text) continue;
      said?.remove();
      if (text) place.append(Object.assign(document.createElement("p"), { textContent: text }));
      if (text) place.lastElementChild.dataset.code = code;
    }
  }

  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 1000);
  });
  form.addEventListener("change", look);
  look();
}
