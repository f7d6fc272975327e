// Fetching pieces of a page. The server renders them, so that texts, numbers and dates follow the
// reader's language in one place only.

/** The page answered, but not with a fragment: for instance with a sign-in page after the session ended. */
export class NotAFragment extends Error {}

/**
 * Fetches a fragment of HTML from our own server.
 *
 * A refused request (4xx) that carries a fragment is returned like any other: it says what is wrong.
 * Throws on network faults, server faults and redirects.
 */
export async function fetchFragment(url: string, request: RequestInit = {}): Promise<DocumentFragment> {
  const response = await fetch(url, {
    ...request,
    credentials: "same-origin",
    redirect: "error",
    headers: { Accept: "text/html", "X-Requested-With": "fetch" },
  });
  const isHtml = response.headers.get("Content-Type")?.startsWith("text/html") ?? false;
  if (response.status >= 500 || !isHtml) {
    throw new NotAFragment(`${url} answered ${response.status}`);
  }
  return document.createRange().createContextualFragment(await response.text());
}

/** What a form would send, without its files. */
export function fieldsOf(form: HTMLFormElement): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") {
      fields.append(name, value);
    }
  }
  return fields;
}
