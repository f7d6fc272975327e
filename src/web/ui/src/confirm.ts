/**
 * Asks before a form does something that cannot be taken back.
 *
 *     <form method="post" action="…" data-confirm="#confirm-launch"> … </form>
 *     <dialog id="confirm-launch" aria-labelledby="…">
 *       … what will happen, and to how many people …
 *       <form method="dialog"><button value="cancel">…</button><button value="confirm">…</button></form>
 *     </dialog>
 *
 * The form is sent when the dialog closes with the value "confirm". This is a courtesy: the server
 * keeps its own guard, for those without script.
 */
export function confirmSubmissions(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-confirm]")) {
    const dialog = document.querySelector(form.dataset["confirm"] ?? "");
    if (dialog instanceof HTMLDialogElement) {
      askBefore(form, dialog);
    }
  }
}

function askBefore(form: HTMLFormElement, dialog: HTMLDialogElement): void {
  let confirmed = false;
  form.addEventListener("submit", (event) => {
    if (confirmed) {
      confirmed = false;
      return;
    }
    event.preventDefault();
    // Escape leaves the value as it is, so an earlier answer must not count for this question.
    dialog.returnValue = "";
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue === "confirm") {
          confirmed = true;
          form.requestSubmit(event.submitter);
        }
      },
      { once: true },
    );
    dialog.showModal();
  });
}
