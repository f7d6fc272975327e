//! Markdown to HTML that mail programs show well: every element carries its own style, because several of
//! them ignore style sheets. Layouts reach the elements through the class of their text block.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::error::Problem;
use super::layout::OfficeLook;
use super::pieces::escape_html;

/// What follows a link that is to be a button. The link is a paragraph of its own.
const BUTTON: &str = "{.button}";

/// Turns (marked) Markdown into a fragment of HTML.
///
/// # Errors
/// Raw HTML, each piece with the octet of `source` where it starts.
pub(super) fn to_html(source: &str, office: &OfficeLook) -> Result<String, Vec<(usize, Problem)>> {
    let mut errors = Vec::new();
    let mut events = Vec::new();
    for (event, range) in Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
        if let Event::Html(raw) | Event::InlineHtml(raw) = &event
            && !raw.starts_with("</")
        {
            let shown = raw.trim_end().chars().take(40).collect();
            errors.push((range.start, Problem::HtmlInMarkdown(shown)));
        }
        events.push(event);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    // An end without a start is text that the parser took for HTML; the events below would pass it through.
    events.iter_mut().for_each(|event| {
        if let Event::Html(raw) | Event::InlineHtml(raw) = event {
            *event = Event::Text(std::mem::replace(raw, "".into()));
        }
    });
    let mut out = String::with_capacity(source.len() * 2);
    html::push_html(&mut out, styled(&events, office).into_iter());
    Ok(out)
}

/// The same events with styled tags, images and buttons in place of the plain ones.
fn styled<'a>(events: &[Event<'a>], office: &OfficeLook) -> Vec<Event<'a>> {
    let mut out = Vec::with_capacity(events.len());
    let mut rest = events;
    while let [event, following @ ..] = rest {
        rest = following;
        match event {
            Event::Start(Tag::Paragraph) => match button(following) {
                Some((address, label, after)) => {
                    out.push(Event::Html(button_start(address, office).into()));
                    out.extend(styled(label, office));
                    out.push(Event::Html("</a></td></tr></table>\n".into()));
                    rest = after;
                }
                None => out.push(Event::Html("<p style=\"margin:0 0 16px\">".into())),
            },
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                let (alternative, after) = image_text(following);
                out.push(Event::InlineHtml(image(dest_url, title, &alternative).into()));
                rest = after;
            }
            Event::Start(tag) => match start(tag, office) {
                Some(html) => out.push(Event::InlineHtml(html.into())),
                None => out.push(event.clone()),
            },
            Event::Rule => out.push(Event::Html(
                "<hr style=\"border:0;border-top:1px solid #d5dae0;margin:28px 0\" />\n".into(),
            )),
            other => out.push(other.clone()),
        }
    }
    out
}

fn start(tag: &Tag<'_>, office: &OfficeLook) -> Option<String> {
    let html = match tag {
        Tag::Heading { level, .. } => {
            let style = match level {
                HeadingLevel::H1 => "margin:0 0 16px;font-size:26px;line-height:34px;font-weight:700",
                HeadingLevel::H2 => "margin:28px 0 12px;font-size:20px;line-height:28px;font-weight:700",
                _ => "margin:24px 0 8px;font-size:17px;line-height:26px;font-weight:700",
            };
            format!("<{level} style=\"{style}\">")
        }
        Tag::List(None) => "<ul style=\"margin:0 0 16px;padding:0 0 0 24px\">\n".to_owned(),
        Tag::List(Some(first)) => {
            format!("<ol start=\"{first}\" style=\"margin:0 0 16px;padding:0 0 0 24px\">\n")
        }
        Tag::Item => "<li style=\"margin:0 0 6px\">".to_owned(),
        Tag::BlockQuote(_) => "<blockquote style=\"margin:0 0 16px;padding:2px 0 2px 16px;\
             border-left:4px solid #c3ccd6\">\n"
            .to_owned(),
        Tag::Link { dest_url, title, .. } => {
            let mut html = "<a href=\"".to_owned();
            escape_html(dest_url, &mut html);
            html.push('"');
            push_title(title, &mut html);
            html.push_str(" style=\"color:");
            html.push_str(&office.office_colour);
            html.push_str(";text-decoration:underline\">");
            html
        }
        _ => return None,
    };
    Some(html)
}

fn button_start(address: &str, office: &OfficeLook) -> String {
    let OfficeLook { office_colour, office_text_colour, .. } = office;
    let mut html = format!(
        "<table role=\"presentation\" border=\"0\" cellpadding=\"0\" cellspacing=\"0\" \
         style=\"margin:8px 0 24px\"><tr><td class=\"button\" style=\"background-color:{office_colour};\
         border-radius:6px\"><a href=\""
    );
    escape_html(address, &mut html);
    html.push_str("\" style=\"display:inline-block;padding:12px 26px;border-radius:6px;color:");
    html.push_str(office_text_colour);
    html.push_str(";font-weight:600;text-decoration:none\">");
    html
}

fn image(address: &str, title: &str, alternative: &str) -> String {
    let mut html = "<img src=\"".to_owned();
    escape_html(address, &mut html);
    html.push_str("\" alt=\"");
    escape_html(alternative, &mut html);
    html.push('"');
    push_title(title, &mut html);
    html.push_str(" style=\"border:0;max-width:100%;height:auto\" />");
    html
}

fn push_title(title: &str, html: &mut String) {
    if !title.is_empty() {
        html.push_str(" title=\"");
        escape_html(title, html);
        html.push('"');
    }
}

/// Reads what follows the start of a paragraph as a button: its address, its label, and what comes after.
fn button<'e, 'a>(events: &'e [Event<'a>]) -> Option<(&'e str, &'e [Event<'a>], &'e [Event<'a>])> {
    let [Event::Start(Tag::Link { dest_url, .. }), rest @ ..] = events else { return None };
    let end = rest.iter().position(|event| matches!(event, Event::End(TagEnd::Link)))?;
    let (label, [_, rest @ ..]) = rest.split_at(end) else { return None };
    match rest {
        [Event::Text(text), Event::End(TagEnd::Paragraph), after @ ..] if text.trim() == BUTTON => {
            Some((dest_url, label, after))
        }
        _ => None,
    }
}

/// An image's alternative text, and what comes after the image.
fn image_text<'e, 'a>(events: &'e [Event<'a>]) -> (String, &'e [Event<'a>]) {
    let mut text = String::new();
    let mut depth = 0_usize;
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(TagEnd::Image) if depth == 0 => return (text, &events[index + 1..]),
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    (text, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_is_styled() {
        insta::assert_snapshot!(to_html(
            "# Rubrik\n\nEtt *stycke* med **fet** text, [länk](https://gu.se/?a=1&b=2 \"Titel\") och\nradbyte.\n\n\
             ## Under\n\n- ett\n- två\n\n3. tre\n4. fyra\n\n> citat\n\n---\n\n![Bild & text](https://gu.se/x.png)\n\n\
             [Anmäl dig **nu**](https://gu.se/a){.button}\n\n`kod` ~~struket~~ 1 < 2 & 3",
            &OfficeLook::default()
        )
        .unwrap());
    }

    #[test]
    fn html_is_refused_where_it_stands() {
        let source = "Hej <b>du</b>\n\n<script>alert(1)</script>\n\n1 < 2, <kontakt@gu.se>";
        let errors = to_html(source, &OfficeLook::default()).unwrap_err();
        let found: Vec<_> = errors.iter().map(|(at, _)| *at).collect();
        assert_eq!(found, [4, source.find("<script").unwrap()]);
        assert_eq!(
            to_html("slut</b>", &OfficeLook::default()).unwrap(),
            "<p style=\"margin:0 0 16px\">slut&lt;/b&gt;</p>\n"
        );
        assert_eq!(errors[0].1, Problem::HtmlInMarkdown("<b>".to_owned()));
    }
}
