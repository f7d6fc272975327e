//! What a browser would send of a page's form.

/// Names and values of the fields in a page, as they are when nobody touches them.
pub fn fields(html: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut list = None;
    for piece in html.split('<').skip(1) {
        let Some((tag, content)) = piece.split_once('>') else { continue };
        let has = |name: &str| tag.split_whitespace().any(|word| word == name);
        let attribute = |name: &str| {
            let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
            Some(unescaped(tag[start..].split('"').next()?))
        };
        let is_ticked = attribute("type").as_deref() != Some("checkbox") || has("checked");
        match tag.split_whitespace().next() {
            // A field of another form of the page says so.
            Some("input") if is_ticked && attribute("form").is_none() => {
                fields.extend(attribute("name").map(|name| (name, attribute("value").unwrap_or_default())));
            }
            Some("textarea") => {
                fields.extend(attribute("name").map(|name| (name, unescaped(content))));
            }
            Some("select") => list = attribute("name"),
            // Of a list where nothing is chosen, the first is.
            Some("option") => {
                let known = fields.iter().position(|(name, _)| Some(name) == list.as_ref());
                let chosen = list.clone().map(|name| (name, attribute("value").unwrap_or_default()));
                match (known, chosen) {
                    (None, Some(first)) => fields.push(first),
                    (Some(known), Some(chosen)) if has("selected") => fields[known] = chosen,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    fields
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"");
    text.replace("&#39;", "'").replace("&#38;", "&")
}
