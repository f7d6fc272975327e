//! Every kind of bad row with what becomes of it, the same content in other forms, and what a dry run tells.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::job_tests::{BO, EVA, LADOK, Office, SAMPLES, ladok, on_each_engine, row, sample};
use super::source::Encoding;
use super::{ImportError, Mapping, Source, SourceError, Summary, store};
use crate::contacts;

/// A cell of a sheet.
#[derive(Clone)]
enum Cell {
    Text(String),
    Number(f64),
    /// A number that the sheet shows as a day.
    Day(f64),
    /// A formula and what it gives.
    Formula(&'static str, &'static str),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

fn write_xlsx(office: &Office, rows: &[Vec<Cell>]) -> PathBuf {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for (place, row) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::Text(text) if text.is_empty() => continue,
                Cell::Text(text) => sheet.write_string(place, column, text),
                Cell::Number(number) => sheet.write_number(place, column, *number),
                Cell::Day(number) => sheet.write_number_with_format(place, column, *number, &day),
                Cell::Formula(formula, result) => sheet.write_formula(
                    place,
                    column,
                    rust_xlsxwriter::Formula::new(*formula).set_result(*result),
                ),
            }
            .unwrap();
        }
    }
    let path = office.file("").with_extension("xlsx");
    workbook.save(&path).unwrap();
    path
}

/// A line of delimited text with every cell in quotes.
fn quoted(cells: &[String]) -> String {
    let quote = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    cells.iter().map(quote).collect::<Vec<_>>().join(";")
}

/// The text of a file as a sheet, every cell as text.
fn as_sheet(text: &str) -> Vec<Vec<Cell>> {
    text.lines().map(|line| line.split(';').map(Cell::from).collect()).collect()
}

/// Imports one row below a good one, and says what became of it: its outcome, or the reason.
fn outcome_of(office: &Office, path: &std::path::Path, preset: &str) -> String {
    let dry = office.dry_run(preset, path);
    let id = office.enqueue(preset, path);
    let summary = office.importer.run(id, "test", &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(dry.summary, summary, "the dry run told the truth");
    let rejects = office.importer.database.read_blocking(|conn| store::rejects(conn, id, 0, 10)).unwrap();
    assert_eq!(dry.rejects, rejects);
    let Summary { read, created, to_review, rejected, .. } = summary;
    match (read, created, to_review, rejected, rejects.as_slice()) {
        (2, 2, 0, 0, []) => "created".to_owned(),
        (2, 1, 1, 0, []) => "to review".to_owned(),
        (1, 1, 0, 0, []) => "no row".to_owned(),
        (2, 1, 0, 1, [reject]) => {
            assert_eq!(reject.row, 3);
            reject.reason.to_string()
        }
        _ => format!("{summary:?} {rejects:?}"),
    }
}

#[test]
fn every_kind_of_bad_row_has_its_outcome() {
    let good = row(EVA, "Ek", "Eva", "eva@example.se");
    let bo = row(BO, "Berg", "Bo", "bo@example.se");
    let with = |from: &str, to: &str| bo.replacen(from, to, 1);
    let email = "the e-mail address is not valid; it should look like name@example.org";
    let check_digit = "the check digit of the identity number is wrong; compare the number with the register";
    let form = "the identity number has the wrong form; write it as YYYYMMDD-NNNN, YYMMDD-NNNN or, for Norway, eleven digits";
    let born = "the identity number does not begin with a date of birth; correct its first digits";
    let start = "the start year is not a year from 1900 to 2028; correct it";
    let graduation = "the graduation year is not a year from 1900 to 2036; correct it";
    for (kind, row, in_csv, in_xlsx) in [
        ("missing e-mail", with("bo@example.se", ""), "created", "created"),
        ("bad e-mail", with("bo@example.se", "bo(at)example.se"), email, email),
        ("bad number", with(BO, "1912-12121212"), form, form),
        ("a word for a number", with(BO, "saknas"), form, form),
        ("no day", with(BO, "19121312-1212"), born, born),
        ("wrong checksum", with(BO, "19121212-1213"), check_digit, check_digit),
        ("T-number", with(BO, "19121212T121"), "created", "created"),
        (
            "short row",
            format!("{BO};Berg;Bo\n"),
            "the row has 3 cells where the header has 18; add what is missing",
            // A sheet has no short rows, only empty cells.
            "created",
        ),
        (
            "long row",
            with(";;\n", ";;;x\n"),
            "the row has 19 cells where the header has 18; put cells that contain the separator in quotes",
            // Beyond the last heading a sheet holds notes.
            "created",
        ),
        ("empty row", format!("{}\n", ";".repeat(17)), "the row is empty; remove it", "no row"),
        ("blank line", "\n".to_owned(), "no row", "no row"),
        ("formula as text", with("Berg", "=1+1"), "created", "created"),
        ("date as number", with(";2000;", ";36526;"), start, start),
        ("year before any", with(";2004;", ";1804;"), graduation, graduation),
        ("year far ahead", with(";2004;", ";2044;"), graduation, graduation),
        (
            "years the wrong way round",
            with(";2004;", ";1999;"),
            "the graduation year is before the start year; correct one of them",
            "the graduation year is before the start year; correct one of them",
        ),
        (
            "missing name",
            with("Berg", ""),
            "the family name is missing; fill it in",
            "the family name is missing; fill it in",
        ),
        (
            "unknown country",
            with("Sverige", "Absurdistan"),
            "the country is not one of the known values; correct it, or add it to the mapping",
            "the country is not one of the known values; correct it, or add it to the mapping",
        ),
        ("same number, other names", with(BO, EVA), "to review", "to review"),
    ] {
        let text = ladok(&[good.clone(), row]);
        let office = Office::sqlite();
        assert_eq!(outcome_of(&office, &office.file(&text), "ladok"), in_csv, "{kind} in CSV");
        let office = Office::sqlite();
        assert_eq!(
            outcome_of(&office, &write_xlsx(&office, &as_sheet(&text)), "ladok"),
            in_xlsx,
            "{kind} in xlsx"
        );
    }
}

#[test]
fn an_unknown_column_is_left_alone() {
    let text = ladok(&[row(EVA, "Ek", "Eva", "fel"), row(BO, "Berg", "Bo", "")]);
    let text: String = text
        .lines()
        .zip(["Skostorlek", "=41", "40"])
        .map(|(line, more)| format!("{more};{line}\n"))
        .collect();
    let office = Office::sqlite();
    let run = office.dry_run("ladok", &office.file(&text));
    assert_eq!((run.summary.created, run.summary.rejected), (1, 1));
    assert_eq!(run.layout.columns[0], "Skostorlek", "the rejects file has it too");
    assert_eq!(run.rejects[0].cells[0], "=41");
}

#[test]
fn a_wrong_encoding_is_told_with_its_line() {
    let office = Office::sqlite();
    let file = |bytes: &[u8]| {
        let path = office.file("");
        std::fs::write(&path, [ladok(&[row(EVA, "Ek", "Eva", "")]).as_bytes(), bytes].concat()).unwrap();
        let expected = Mapping::preset("ladok").unwrap().expected();
        Source::open(&path, &expected).map(|source| source.table().encoding)
    };
    // The header alone has no letter that would settle it, so the last line does.
    assert_eq!(file(row(BO, "Öst", "Bo", "").as_bytes()).unwrap(), Encoding::Utf8);
    let mixed = file(b"\xd6st;\xd6;\xd6\n").unwrap_err();
    assert!(matches!(mixed, SourceError::Encoding { line: 3 }), "{mixed}");
    let path = office.file("");
    let latin = encoding_rs::WINDOWS_1252.encode(&ladok(&[row(EVA, "Öst", "Åsa", "")])).0.into_owned();
    std::fs::write(&path, latin).unwrap();
    assert_eq!(office.import("ladok", &path).created, 1);
    assert_eq!(office.only("Åsa").family_name, "Öst");
    let utf16: Vec<u8> = LADOK.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&path, [b"\xff\xfe".as_slice(), &utf16].concat()).unwrap();
    let refused = Source::open(&path, &Mapping::preset("ladok").unwrap().expected()).unwrap_err();
    assert!(matches!(refused, SourceError::Utf16), "{refused}");
}

#[test]
fn the_cells_of_a_sheet_have_types() {
    let header = [
        "Personnummer",
        "Förnamn",
        "Efternamn",
        "E-post",
        "Arbetsgivare",
        "Titel",
        "SSYK",
        "Bransch (SNI)",
        "Sektor",
        "Anställd från",
    ];
    let with = |place: usize, cell: Cell| {
        let mut cells: Vec<Cell> =
            [BO, "Bo", "Berg", "", "Volvo", "Jurist", "2611", "69", "Privat", "2015-12-01"]
                .map(Cell::from)
                .to_vec();
        cells[place] = cell;
        cells
    };
    let date = "the first day of employment is not a date in the past; write it as 2026-11-22";
    for (kind, row, outcome) in [
        ("a number as a number", with(0, Cell::Number(191_212_121_212.0)), "created"),
        // 2001-02-03 without century begins with a zero.
        ("a number that lost its zero", with(0, Cell::Number(102_031_234.0)), "created"),
        (
            "a number of too few digits",
            with(0, Cell::Number(12_345.0)),
            "the identity number has the wrong form; write it as YYYYMMDD-NNNN, YYMMDD-NNNN or, for Norway, eleven digits",
        ),
        ("a day as a day", with(9, Cell::Day(42_339.0)), "created"),
        ("a day as a number", with(9, Cell::Number(42_339.0)), date),
        ("a day in words", with(9, "i våras".into()), date),
        ("a code as a number", with(6, Cell::Number(2611.0)), "created"),
        ("a code with decimals", with(6, Cell::Number(26.5)), "created"),
        ("a formula", with(2, Cell::Formula("=A1&\"\"", "Berg")), "created"),
        (
            "a formula that failed",
            with(2, Cell::Formula("=1/0", "#DIV/0!")),
            "the family name is missing; fill it in",
        ),
    ] {
        let office = Office::sqlite();
        let good =
            [EVA, "Eva", "Ek", "", "Volvo", "Jurist", "2611", "69", "Privat", ""].map(Cell::from).to_vec();
        let path = write_xlsx(&office, &[header.map(Cell::from).to_vec(), good, row]);
        assert_eq!(outcome_of(&office, &path, "employment"), outcome, "{kind}");
    }
}

#[test]
fn the_same_content_as_a_workbook_changes_nothing() {
    on_each_engine(|office| {
        for (preset, name) in SAMPLES {
            let source = Source::open(&sample(name), &Mapping::preset(preset).unwrap().expected()).unwrap();
            let rows = source.rows().unwrap().take(700).map(|row| row.unwrap().cells);
            let rows: Vec<Vec<String>> =
                std::iter::once(source.table().columns.clone()).chain(rows).collect();
            office.import_text(preset, &rows.iter().map(|cells| quoted(cells) + "\n").collect::<String>());
            let rows: Vec<Vec<Cell>> =
                rows.iter().map(|cells| cells.iter().map(|cell| Cell::from(&**cell)).collect()).collect();
            let before = office.people();
            let summary = office.import(preset, &write_xlsx(office, &rows));
            assert_eq!(summary.created + summary.merged + summary.to_review, 0, "{preset}: {summary:?}");
            // A row that is short in the text is one with empty cells in a sheet.
            assert!(summary.updated <= 1, "{preset}: {summary:?}");
            assert_eq!(office.people(), before, "{preset}");
        }
    });
}

#[test]
fn participants_are_counted_alike_in_a_workbook_and_in_a_text() {
    // The sample, as an office saves it from its spreadsheet: a title above, days as days and as text.
    let text = std::fs::read_to_string(sample("deltagare.csv")).unwrap();
    let as_day = |cell: &str| match cell {
        "2025-10-04" => Cell::Day(45_934.0),
        "2026-03-18" => Cell::Day(46_099.0),
        cell => Cell::from(cell),
    };
    let sheet: Vec<Vec<Cell>> = text.lines().map(|line| line.split(';').map(as_day).collect()).collect();
    let counts = |summary: &Summary| {
        (summary.read, summary.created, summary.updated, summary.unchanged, summary.rejected)
    };
    let took_part = |office: &Office| {
        let held = office.importer.database.read_blocking(|conn| {
            let ids: Vec<i64> = contacts::page(conn, 0, 1_000)?.iter().map(|person| person.id).collect();
            contacts::participations(conn, &ids)
        });
        let mut held: Vec<_> = held
            .unwrap()
            .into_iter()
            .map(|(_, one)| (one.contact_id, one.kind, one.event_code, one.event_name, one.attended_on))
            .collect();
        held.sort_by_key(|one| format!("{one:?}"));
        held
    };
    on_each_engine(|office| {
        let first = office.import("participants", &write_xlsx(office, &sheet));
        assert_eq!(counts(&first), (8, 4, 1, 1, 2), "as the text of the same content: {first:?}");
        let (people, held) = (office.people(), took_part(office));
        assert_eq!(held.len(), 6, "{held:?}");
        for again in [
            office.import("participants", &write_xlsx(office, &sheet)),
            office.import_text("participants", &text),
        ] {
            assert_eq!(counts(&again), (8, 0, 0, 6, 2), "the same again: {again:?}");
        }
        assert_eq!((office.people(), took_part(office)), (people, held));
    });
}

#[test]
fn the_order_of_rows_changes_nothing_where_they_agree() {
    // A small generator (Numerical Recipes) moves rows about the same way in every run.
    let shuffled = |rows: &[String], mut seed: u32| {
        let mut rows = rows.to_vec();
        for last in (1..rows.len()).rev() {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            rows.swap(last, (seed >> 8) as usize % (last + 1));
        }
        rows
    };
    for (preset, name) in SAMPLES {
        let mapping = Mapping::preset(preset).unwrap();
        let source = Source::open(&sample(name), &mapping.expected()).unwrap();
        let places = mapping.places(&source.table().columns);
        let who = |cells: &[String]| {
            use super::mapping::Field::{Email, FamilyName, GivenName, IdentityNumber, SourceNumber};
            let cell =
                |field| places.get(&field).map_or("", |place: &usize| cells[*place].as_str()).to_lowercase();
            match (cell(IdentityNumber).replace(['-', '+'], ""), cell(SourceNumber)) {
                (number, _) if number.len() >= 10 => number[number.len() - 10..].to_owned(),
                (_, number) if !number.is_empty() => number,
                _ => format!("{} {} {}", cell(GivenName), cell(FamilyName), cell(Email)),
            }
        };
        let rows: Vec<Vec<String>> = source.rows().unwrap().take(300).map(|row| row.unwrap().cells).collect();
        // Rows of one person may disagree, and then the last one wins.
        let mut seen = std::collections::HashSet::new();
        let rows: Vec<String> = rows
            .iter()
            .filter(|cells| cells.len() > 8 && seen.insert(who(cells)))
            .map(|cells| quoted(cells))
            .collect();
        assert!(rows.len() > 100, "{preset}: {}", rows.len());
        let header = quoted(&source.table().columns);
        let file = |rows: &[String]| format!("{header}\n{}\n", rows.join("\n"));
        let office = Office::sqlite();
        office.import_text(preset, &file(&rows));
        let people = office.people();
        for seed in 1..3 {
            let text = file(&shuffled(&rows, seed));
            let again = office.import_text(preset, &text);
            assert_eq!(again.unchanged + again.rejected, again.read, "{preset} {seed}: {again:?}");
            assert_eq!(office.people(), people, "{preset} {seed}");
            let other = Office::sqlite();
            other.import_text(preset, &text);
            assert_eq!(other.people(), people, "{preset} {seed}");
        }
    }
}

#[test]
fn two_imports_at_once_do_not_mix() {
    on_each_engine(|office| {
        let rows: Vec<String> =
            (0..40).map(|n| row("", "Ek", &format!("Eva{n}"), &format!("eva{n}@example.se"))).collect();
        let (one, other) = (office.file(&ladok(&rows)), office.file(&(ladok(&rows) + "\n")));
        let (first, second) = (office.enqueue("ladok", &one), office.enqueue("ladok", &other));
        assert_ne!(first, second);
        let until = office.importer.clock.now().naive_utc() + chrono::TimeDelta::seconds(15);
        let claimed = office.importer.database.write_blocking(|conn| {
            store::claim(conn, first, "one", office.importer.clock.now().naive_utc(), until)
        });
        assert!(claimed.unwrap());
        let run = |id, owner: &str| office.importer.run(id, owner, &mut |_| ControlFlow::Continue(()));
        assert!(matches!(run(second, "other").unwrap_err(), ImportError::Busy));
        let idle = office.importer.run_next("other", &mut |_| ControlFlow::Continue(()));
        assert!(idle.unwrap().is_none(), "a worker does not begin it either");
        // As the command line does it: whoever comes second tries until the first has finished.
        let wait = |id, owner: &str| loop {
            match run(id, owner) {
                Err(ImportError::Busy) => std::thread::sleep(std::time::Duration::from_millis(5)),
                result => break result.unwrap(),
            }
        };
        let (one, other) = std::thread::scope(|scope| {
            let other = scope.spawn(|| wait(second, "other"));
            (wait(first, "one"), other.join().unwrap())
        });
        assert_eq!((one.created, other.unchanged), (40, 40));
        assert_eq!(office.people().len(), 40);
    });
}

#[test]
fn a_dry_run_tells_old_and_new_values_and_no_secret() {
    let office = Office::sqlite();
    let told = |text: &str| {
        let run = office.dry_run("ladok", &office.file(text));
        let changes = run.changes.iter();
        let line = |row: &super::RowOutcome| {
            let fields: Vec<String> = row.changes.iter().map(ToString::to_string).collect();
            format!("{} {:?} {}: {}", row.row, row.outcome, row.person, fields.join("; "))
        };
        changes.map(line).collect::<Vec<_>>()
    };
    let eva = row(EVA, "Ek", "Eva", "eva@example.se");
    assert_eq!(
        told(&ladok(std::slice::from_ref(&eva))),
        [
            "2 Created Eva Ek: given name: Eva; family name: Ek; birth date: 1964-08-23; email: eva@example.se; \
          address: Storgatan 1, 39231 Kalmar, SE; identity number: new; \
          degree: SJURI, Juristprogrammet, J, 2000–2004, Juristexamen, professional, 270"
        ]
    );
    office.import_text("ladok", &ladok(&[eva]));
    let moved = row(EVA, "Lund", "Eva", "eva@example.org")
        .replace("Storgatan 1", "Nygatan 2")
        .replace("2004", "2005");
    let hidden = row(BO, "Berg", "Bo", "bo@example.se").replace(";;\n", ";J;\n");
    let lines = told(&ladok(&[moved, hidden.clone()]));
    assert_eq!(
        lines,
        [
            "2 Updated Eva Lund: family name: Ek -> Lund; email: eva@example.se -> eva@example.org; \
             address: Storgatan 1, 39231 Kalmar, SE -> Nygatan 2, 39231 Kalmar, SE; \
             degree: SJURI, Juristprogrammet, J, 2000–2004, Juristexamen, professional, 270 \
             -> SJURI, Juristprogrammet, J, 2000–2005, Juristexamen, professional, 270",
            "3 Created : given name; family name; birth date; email; protected; identity number; degree",
        ]
    );
    // Somebody who is protected already is not shown either, whatever the row says.
    office.import_text("ladok", &ladok(&[hidden]));
    let lines = told(&ladok(&[row(BO, "Berg", "Bo", "ny@example.se")]));
    assert_eq!(lines, ["2 Updated : email"]);
    let stranger = told(&ladok(&[row(BO, "Lind", "Kim", "kim@example.se")]));
    assert_eq!(stranger, ["2 ToReview : "]);
}

#[test]
fn a_damaged_or_malicious_workbook_is_refused_and_costs_little() {
    let open = |name: &str| {
        let path = sample("workbooks").join(name);
        Source::open(&path, &Mapping::preset("employment").unwrap().expected())
    };
    for (name, said) in [
        ("found_by_fuzzing.xlsx", "cannot be opened"),
        ("beyond_the_sheet.xlsx", "cannot be opened"),
        ("far_out_in_every_row.xlsx", "far out to the right"),
    ] {
        let error = open(name).unwrap_err().to_string();
        assert!(error.contains(said), "{name}: {error}");
    }
    // The rectangle around these cells has 17 thousand million others. Its table begins in the second column.
    let source = open("opposite_corners.xlsx").unwrap();
    assert_eq!(source.table().columns[0], "Personnummer");
    let rows: Vec<_> = source.rows().unwrap().map(Result::unwrap).collect();
    assert_eq!(rows[0].cells[..3], ["", "Eva", "Ek"]);
    assert_eq!((rows.len(), rows[1].number), (2, 1_048_576));
}
