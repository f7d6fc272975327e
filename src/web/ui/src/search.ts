import { fetchFragment, fieldsOf } from "./fragment";

/** How long the field must be still before it is searched for, in milliseconds. */
const QUIET_PERIOD = 150;

/**
 * Searches while somebody writes.
 *
 *     <form method="post" action="/contacts" data-search="/contacts/search" data-search-result="#found">
 *       <input type="search" name="q"> <button>Search</button>
 *     </form>
 *     <section id="found" aria-live="polite"> … what was found … </section>
 *
 * After each change the form is posted to the address in `data-search`; the answer is a fragment that replaces the
 * content of the element that `data-search-result` names. Nothing of what is looked for stands in an address.
 * Without script the form's own button does the same.
 */
export function searchAsYouType(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-search]")) {
    const url = form.dataset["search"];
    const result = document.querySelector<HTMLElement>(form.dataset["searchResult"] ?? "");
    if (url && result) {
      searchLive(form, url, result);
    }
  }
}

function searchLive(form: HTMLFormElement, url: string, result: HTMLElement): void {
  let timer: number | undefined;
  let running: AbortController | undefined;

  const search = async (): Promise<void> => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    result.setAttribute("aria-busy", "true");
    try {
      const body = fieldsOf(form);
      const fragment = await fetchFragment(url, { method: "POST", body, signal: mine.signal });
      if (running === mine) {
        result.replaceChildren(fragment);
      }
    } catch (error) {
      // The button still works, and says what is wrong.
      if (running === mine) {
        console.warn("The search failed:", error);
      }
    } finally {
      if (running === mine) {
        result.removeAttribute("aria-busy");
      }
    }
  };

  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void search(), QUIET_PERIOD);
  });
}
