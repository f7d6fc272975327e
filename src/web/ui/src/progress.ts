import { fetchFragment } from "./fragment";

/** Between two looks at a running job, in milliseconds. */
const INTERVAL = 1_000;
/** Between two looks while the server does not answer. */
const INTERVAL_AFTER_FAULT = 5_000;

/**
 * Follows a running job: a campaign being sent, an import.
 *
 *     <section data-progress="/staff/campaigns/12/progress"> … bar and figures … </section>
 *
 * The address answers with the same element, rendered anew. It is asked again for as long as the new
 * element still carries `data-progress`: so the server says when the job is over, by leaving it out.
 */
export function pollProgress(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-progress]")) {
    void follow(element);
  }
}

async function follow(first: HTMLElement): Promise<void> {
  let element = first;
  let wait = INTERVAL;
  for (;;) {
    await pause(wait);
    await untilVisible();
    const url = element.dataset["progress"];
    if (!url || !element.isConnected) {
      return;
    }
    try {
      const next = (await fetchFragment(url)).firstElementChild;
      if (!(next instanceof HTMLElement)) {
        return;
      }
      element.replaceWith(next);
      element = next;
      wait = INTERVAL;
    } catch (error) {
      wait = INTERVAL_AFTER_FAULT;
      console.warn("The progress could not be read:", error);
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, milliseconds));
}

/** Nobody sees a hidden tab: it asks nothing until it is looked at again. */
function untilVisible(): Promise<void> {
  if (!document.hidden) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const look = (): void => {
      if (!document.hidden) {
        document.removeEventListener("visibilitychange", look);
        resolve();
      }
    };
    document.addEventListener("visibilitychange", look);
  });
}
