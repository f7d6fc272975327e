/** How long a button says that it has copied, in milliseconds. */
const CONFIRMATION = 2_000;

/**
 * Buttons that copy a text, such as an address or a token that is shown once.
 *
 *     <code id="token">…</code>
 *     <button type="button" data-copy="#token" data-copy-done="Copied" hidden>Copy</button>
 *
 * The button is hidden in the page and shown here, because it can do nothing without script.
 */
export function enableCopyButtons(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const source = document.querySelector(button.dataset["copy"] ?? "");
    if (!source || !navigator.clipboard) {
      continue;
    }
    const label = button.textContent ?? "";
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = source instanceof HTMLInputElement ? source.value : (source.textContent ?? "").trim();
      await navigator.clipboard.writeText(text);
      button.textContent = button.dataset["copyDone"] ?? label;
      window.setTimeout(() => (button.textContent = label), CONFIRMATION);
    });
  }
}
