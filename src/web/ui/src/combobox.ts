import { fetchFragment } from "./fragment";

/** How long somebody must pause in writing before the register is searched, in milliseconds. */
const QUIET_PERIOD = 150;

/**
 * A field with any number of values that are searched in the register (ARIA 1.2 combobox with a list box).
 *
 *     <div data-combobox="/segments/values" data-field="degree.programme" data-name="…" data-remove="Remove">
 *       <label for="x">…</label>
 *       <ul data-chips> <li><label><input type="checkbox" name="…" value="SJURI" checked> <span>…</span></label></li> </ul>
 *       <input id="x" name="….more">
 *     </div>
 *
 * The address is asked with `field` and `text` and answers with `<li role="option" data-value data-label>`. Without
 * script, the boxes are unticked and values are written into the text field with commas between them. What is
 * written here and not found keeps the name of the text field, so that the server looks it up.
 *
 * Without `<ul data-chips>` the field is one text, which what is chosen replaces and which may be any other:
 *
 *     <div data-combobox="/segments/values" data-field="works.employer"><label for="x">…</label><input id="x" name="…"></div>
 *
 * Keys: arrows move, Enter chooses, Escape closes, Backspace in the empty field takes the last value away.
 */
export function enableComboboxes(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-combobox]")) {
    const chips = element.querySelector<HTMLElement>("[data-chips]");
    const input = element.querySelector<HTMLInputElement>(chips ? "input[name$='.more']" : "input");
    if (input) {
      new Combobox(element, input, chips);
    }
  }
}

class Combobox {
  readonly #url: string;
  readonly #field: string;
  readonly #name: string;
  readonly #remove: string;
  readonly #list: HTMLUListElement;
  #options: HTMLElement[] = [];
  #active = -1;
  #timer: number | undefined;
  #asking: AbortController | undefined;

  constructor(
    readonly element: HTMLElement,
    readonly input: HTMLInputElement,
    readonly chips: HTMLElement | null,
  ) {
    this.#url = element.dataset["combobox"] ?? "";
    this.#field = element.dataset["field"] ?? "";
    this.#name = element.dataset["name"] ?? "";
    this.#remove = element.dataset["remove"] ?? "";

    this.#list = document.createElement("ul");
    this.#list.id = `${input.id}.list`;
    this.#list.className = "options";
    this.#list.hidden = true;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", element.querySelector("label")?.textContent ?? "");
    input.after(this.#list);

    if (chips) {
      // What is being written is no value yet.
      input.removeAttribute("name");
    }
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.#list.id);

    for (const box of chips?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? []) {
      const label = box.closest("label")?.textContent?.trim() ?? box.value;
      box.closest("li")?.replaceWith(this.#chip(box.name, box.value, label));
    }

    input.addEventListener("input", (event) => {
      if (chips) {
        event.stopPropagation();
      }
      this.#searchSoon();
    });
    input.addEventListener("click", () => void this.#search());
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("blur", () => this.#leave());
    // Before the field loses the attention, so that a click chooses instead of leaving.
    this.#list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
      if (option) {
        this.#choose(option);
      }
    });
  }

  #onKey(event: KeyboardEvent): void {
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (this.#list.hidden) {
          void this.#search();
        } else {
          this.#move(event.key === "ArrowDown" ? 1 : -1);
        }
        break;
      case "Enter":
        // Enter chooses; sending the form is for its buttons.
        event.preventDefault();
        this.#take();
        break;
      case "Escape":
        if (!this.#list.hidden) {
          event.preventDefault();
          this.#close();
        }
        break;
      case "Backspace":
        if (this.input.value === "" && this.chips?.lastElementChild) {
          this.chips.lastElementChild.remove();
          this.#changed();
        }
        break;
    }
  }

  #searchSoon(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#search(), QUIET_PERIOD);
  }

  async #search(): Promise<void> {
    this.#asking?.abort();
    const mine = new AbortController();
    this.#asking = mine;
    const body = new URLSearchParams({ field: this.#field, text: this.input.value.trim() });
    try {
      const fragment = await fetchFragment(this.#url, { method: "POST", body, signal: mine.signal });
      if (this.#asking !== mine || document.activeElement !== this.input) {
        return;
      }
      this.#list.replaceChildren(fragment);
      this.#options = [...this.#list.querySelectorAll<HTMLElement>("[role=option]")];
      this.#options.forEach((option, index) => (option.id = `${this.#list.id}.${index}`));
      this.#list.hidden = this.#list.childElementCount === 0;
      // A list without options is a message and no list box.
      this.#list.setAttribute("role", this.#options.length > 0 ? "listbox" : "status");
      this.input.setAttribute("aria-expanded", String(!this.#list.hidden && this.#options.length > 0));
      this.#activate(-1);
    } catch (error) {
      if (!mine.signal.aborted) {
        console.warn("The register could not be searched:", error);
      }
    }
  }

  #move(step: number): void {
    const count = this.#options.length;
    if (count > 0) {
      // From "none", down leads to the first and up to the last.
      this.#activate(this.#active < 0 && step < 0 ? count - 1 : (this.#active + step + count) % count);
    }
  }

  #activate(index: number): void {
    this.#options[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = index;
    const option = this.#options[index];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  /** The option that is marked, else the first whose name begins so, else the text as it stands. */
  #take(): void {
    const text = this.input.value.trim();
    const marked = this.#options[this.#active];
    if (!this.chips && !marked) {
      this.#close();
      return;
    }
    const begins = (option: HTMLElement): boolean => startsWith(option.dataset["label"] ?? "", text);
    const option = marked ?? (text === "" || this.#list.hidden ? undefined : this.#options.find(begins));
    if (option) {
      this.#choose(option);
    } else {
      this.#takeText();
    }
  }

  /** Nothing that was written is lost: what was not chosen stands as it is, for the server to look up. */
  #leave(): void {
    this.#takeText();
    this.#close();
  }

  #takeText(): void {
    if (!this.chips) {
      return;
    }
    const texts = this.input.value.split(",").map((text) => text.trim());
    const values = texts.filter((text) => text !== "");
    this.input.value = "";
    for (const value of values) {
      this.chips.append(this.#chip(`${this.#name}.more`, value, value));
    }
    if (values.length > 0) {
      this.#close();
      this.#changed();
    }
  }

  #choose(option: HTMLElement): void {
    const value = option.dataset["value"] ?? "";
    if (!this.chips) {
      this.input.value = value;
      // Its own list hears of it too, and is closed right after.
      this.#changed();
      this.#close();
      return;
    }
    const chosen = [...this.chips.querySelectorAll<HTMLInputElement>("input[type=hidden]")];
    if (!chosen.some((one) => one.value === value)) {
      this.chips.append(this.#chip(this.#name, value, option.dataset["label"] ?? value));
    }
    this.input.value = "";
    this.#close();
    this.#changed();
  }

  #close(): void {
    window.clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#list.hidden = true;
    this.#options = [];
    this.input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
  }

  #chip(name: string, value: string, label: string): HTMLLIElement {
    const item = document.createElement("li");
    const stored = document.createElement("input");
    stored.type = "hidden";
    stored.name = name;
    stored.value = value;
    const words = document.createElement("span");
    words.textContent = label;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `${this.#remove} ${label}`);
    button.textContent = "✕";
    button.addEventListener("click", () => {
      item.remove();
      this.input.focus();
      this.#close();
      this.#changed();
    });
    item.className = "chip";
    item.append(stored, words, button);
    return item;
  }

  /** Tells the form, which listens for writing in its fields. */
  #changed(): void {
    (this.chips ?? this.input).dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function startsWith(name: string, text: string): boolean {
  return name.toLocaleLowerCase().startsWith(text.toLocaleLowerCase());
}
