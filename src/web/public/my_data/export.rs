//! `/d/TOKEN/json` and `/d/TOKEN/csv`: everything that is held, for programs and for spreadsheets (GDPR article 20).

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use super::super::note;
use super::{Opened, open};
use crate::kernel::spreadsheet::without_formula;
use crate::privacy::{self, Record, Section};
use crate::web::State;
use crate::web::error::PageError;

/// Writes what is held in one format: the bytes, and their media type.
type Write = fn(&[Record]) -> Result<(Vec<u8>, &'static str), PageError>;

/// `GET /d/{token}/{format}`
pub async fn download(
    request: HttpRequest,
    state: web::Data<State>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (token, format) = path.into_inner();
    let write: Write = match format.as_str() {
        "json" => as_json,
        "csv" => as_csv,
        _ => return Err(PageError::NotFound),
    };
    let contact = match open(&request, &state, &token).await? {
        Opened::Person(contact) => contact,
        Opened::Nothing(page) => return Ok(page),
    };
    let (now, detail) = (state.clock.now().naive_utc(), json!({ "format": format }));
    let records = state
        .db
        .write(move |conn| {
            note(conn, contact.id, "my_data.export", &detail, now)?;
            Ok::<_, PageError>(privacy::held(conn, &contact)?)
        })
        .await?;
    let (body, kind) = write(&records)?;
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"my-data.{format}\"")))
        .body(body))
}

/// An object of sections, each a list of records.
fn as_json(records: &[Record]) -> Result<(Vec<u8>, &'static str), PageError> {
    let mut sections = Map::new();
    for section in Section::ALL {
        let listed: Vec<Value> = records
            .iter()
            .filter(|record| record.section == *section)
            .map(|record| {
                let mut object: Map<String, Value> =
                    record.fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
                object.insert("source".to_owned(), json!(record.source));
                object.insert("recorded_at".to_owned(), json!(record.at.map(|at| at.and_utc())));
                Value::Object(object)
            })
            .collect();
        sections.insert(section.to_string(), Value::Array(listed));
    }
    let text = serde_json::to_vec_pretty(&sections).map_err(|error| PageError::Fault(error.to_string()))?;
    Ok((text, "application/json; charset=utf-8"))
}

/// One value a line; values that belong together have the number of their record. Begins with the mark by which
/// spreadsheet programs know UTF-8.
fn as_csv(records: &[Record]) -> Result<(Vec<u8>, &'static str), PageError> {
    let fault = |error: csv::Error| PageError::Fault(error.to_string());
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(["section", "record", "field", "value", "source", "recorded_at"]).map_err(fault)?;
    for (number, record) in records.iter().enumerate() {
        let at = record.at.map(|at| at.and_utc().to_rfc3339()).unwrap_or_default();
        for (name, value) in &record.fields {
            let cells = [
                record.section.as_str(),
                &(number + 1).to_string(),
                name,
                &without_formula(value),
                &without_formula(&record.source),
                &at,
            ];
            writer.write_record(cells).map_err(fault)?;
        }
    }
    let text = writer.into_inner().map_err(|error| PageError::Fault(error.to_string()))?;
    Ok((text, "text/csv; charset=utf-8"))
}

#[cfg(test)]
mod tests {
    use super::{as_csv, as_json};
    use crate::privacy::{Record, Section};

    fn record(value: &str) -> Record {
        Record {
            section: Section::Details,
            fields: vec![("given_name", value.to_owned())],
            source: "register".to_owned(),
            at: None,
        }
    }

    #[test]
    fn no_value_runs_in_a_spreadsheet() {
        let text =
            String::from_utf8(as_csv(&[record("=HYPERLINK(\"x\")"), record("Åsa")]).unwrap().0).unwrap();
        assert!(text.contains("'=HYPERLINK") && !text.contains(";=") && !text.contains(";\"="), "{text}");
        assert!(
            text.starts_with('\u{feff}') && text.contains("details;2;given_name;Åsa;register;\r\n"),
            "{text}"
        );
    }

    #[test]
    fn json_has_every_section() {
        let json: serde_json::Value = serde_json::from_slice(&as_json(&[record("Åsa")]).unwrap().0).unwrap();
        assert_eq!(json["details"][0]["given_name"], "Åsa");
        assert!(Section::ALL.iter().all(|section| json[section.as_str()].is_array()));
    }
}
