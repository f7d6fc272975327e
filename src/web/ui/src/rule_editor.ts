import { enableComboboxes } from "./combobox";
import { NotAFragment, fetchFragment, fieldsOf } from "./fragment";

/**
 * The form of a segment's rule, whose buttons add, move and remove parts.
 *
 *     <div data-rule-editor="/segments/rule"> … <button name="do" value="add:0:degree">…</button> … </div>
 *
 * A button sends the form to the address, and the answer takes the place of the content: the rest of the page stays
 * where it is, and the part that the server marks with `autofocus` has the attention. A list with `data-rule-redraw`
 * does the same when another choice is made. Without script the buttons send the whole form.
 */
export function editRules(root: ParentNode): void {
  for (const editor of root.querySelectorAll<HTMLElement>("[data-rule-editor]")) {
    const form = editor.closest("form");
    if (form) {
      edit(form, editor, editor.dataset["ruleEditor"] ?? "");
    }
  }
}

function edit(form: HTMLFormElement, editor: HTMLElement, url: string): void {
  enableComboboxes(editor);
  const own = form.querySelector<HTMLInputElement>("input[name=use_rule]");
  let isBusy = false;

  const redraw = async (deed: string): Promise<void> => {
    if (isBusy) {
      return;
    }
    isBusy = true;
    editor.setAttribute("aria-busy", "true");
    const focused = document.activeElement?.id;
    try {
      const body = fieldsOf(form);
      body.append("do", deed);
      const fragment = await fetchFragment(url, { method: "POST", body });
      if (!fragment.querySelector("[data-rule-sentence]")) {
        throw new NotAFragment(`${url} answered with another page`);
      }
      const unfolded = [...editor.querySelectorAll(".rule-card > details[open]")].map((one) => one.parentElement?.id);
      editor.replaceChildren(fragment);
      for (const details of editor.querySelectorAll<HTMLDetailsElement>(".rule-card > details")) {
        details.open ||= unfolded.includes(details.parentElement?.id);
      }
      // A rule written by hand has come into the form.
      if (own) {
        own.checked = false;
      }
      enableComboboxes(editor);
      const wanted = editor.querySelector<HTMLElement>("[autofocus]");
      const next = wanted ?? (focused ? document.getElementById(focused) : null);
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: "nearest" });
      editor.dispatchEvent(new Event("input", { bubbles: true }));
    } catch (error) {
      console.warn("The rule's form could not be changed:", error);
      // The whole page can do what the piece could not, and says what is wrong.
      const buttons = [...editor.querySelectorAll<HTMLButtonElement>("button[name=do]")];
      const pressed = buttons.find((button) => button.value === deed);
      if (pressed) {
        form.requestSubmit(pressed);
      }
    } finally {
      isBusy = false;
      editor.removeAttribute("aria-busy");
    }
  };

  editor.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[name=do]") : null;
    if (button) {
      event.preventDefault();
      void redraw(button.value);
    }
  });
  editor.addEventListener("change", (event) => {
    if (event.target instanceof Element && event.target.matches("[data-rule-redraw]")) {
      void redraw("");
    }
  });
  // A card says that nothing is chosen until something is.
  editor.addEventListener("input", (event) => {
    if (event.target instanceof Element) {
      event.target.closest(".is-unfilled")?.classList.remove("is-unfilled");
    }
  });
  // Enter in a field counts, which happens by itself here.
  form.addEventListener("submit", (event) => {
    if (event.submitter?.matches("[data-first-button]")) {
      event.preventDefault();
    }
  });
  // Whoever writes the rule by hand means it.
  form.querySelector("[data-rule-target]")?.addEventListener("input", () => {
    if (own) {
      own.checked = true;
    }
  });
}
