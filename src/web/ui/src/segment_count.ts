import { fetchFragment, fieldsOf } from "./fragment";

/** How long the form must be still before it is counted, in milliseconds. */
const QUIET_PERIOD = 250;

/**
 * Keeps the count of a segment up to date while its rule is edited.
 *
 *     <form data-segment-count="/staff/segments/count"> … fields …
 *       <div data-segment-count-result aria-live="polite"> … the count … </div>
 *     </form>
 *
 * After each change the whole form is posted to the address in `data-segment-count`; the answer is a
 * fragment that replaces the content of `data-segment-count-result`. Without script, the form's own
 * "count" button does the same. A `<template data-rule>` in the fragment goes into the form's
 * `<textarea data-rule-target>`, a `<template data-sentence>` into its `[data-rule-sentence]`, and the count
 * in one line into `[data-count-short]`. Fields inside `data-segment-count-ignore` do not change the count.
 */
export function countSegmentsLive(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-segment-count]")) {
    const url = form.dataset["segmentCount"];
    const result = form.querySelector<HTMLElement>("[data-segment-count-result]");
    if (url && result) {
      countLive(form, url, result);
    }
  }
}

function countLive(form: HTMLFormElement, url: string, result: HTMLElement): void {
  let timer: number | undefined;
  let running: AbortController | undefined;

  const count = async (): Promise<void> => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    result.setAttribute("aria-busy", "true");
    try {
      const body = fieldsOf(form);
      const fragment = await fetchFragment(url, { method: "POST", body, signal: mine.signal });
      if (running === mine) {
        result.replaceChildren(fragment);
        showRule(form, result);
      }
    } catch (error) {
      // The last count stays on the page; it is marked as old rather than taken for the present one.
      if (running === mine) {
        result.dataset["stale"] = "true";
        console.warn("The segment could not be counted:", error);
      }
      return;
    } finally {
      if (running === mine) {
        result.removeAttribute("aria-busy");
      }
    }
    delete result.dataset["stale"];
  };

  showRule(form, result);
  form.addEventListener("input", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-segment-count-ignore]")) {
      return;
    }
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void count(), QUIET_PERIOD);
  });
}

/** Keeps the rule's words and text and the short count in step with the fields, unless the text itself is being edited. */
function showRule(form: HTMLFormElement, result: HTMLElement): void {
  const target = form.querySelector<HTMLTextAreaElement>("textarea[data-rule-target]");
  const rule = result.querySelector<HTMLTemplateElement>("template[data-rule]");
  const own = form.querySelector<HTMLInputElement>("input[name=use_rule]");
  const words = form.querySelector<HTMLElement>("[data-rule-sentence]");
  const sentence = result.querySelector<HTMLTemplateElement>("template[data-sentence]");
  if (words && sentence) {
    words.textContent = sentence.content.textContent;
  }
  const short = form.querySelector<HTMLElement>("[data-count-short]");
  if (short) {
    short.textContent = result.querySelector(".count-reachable")?.textContent ?? "";
  }
  if (target && rule && !own?.checked) {
    target.value = rule.content.textContent ?? "";
  }
}
