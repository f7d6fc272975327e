//! Many rows at once, by the way that each engine takes fastest.

/// Inserts a slice of rows, none of which is there: SQLite one by one with a statement that is prepared once, because
/// reading the text of a statement of many rows takes longer than running it (and sixteen at a time, prepared once
/// too, gain little: SQLite then copies each page that it touches, to take the statement back); PostgreSQL by COPY,
/// which has no statement per row to read and to plan.
///
/// A row is a struct of one level that derives `Insertable`: COPY takes no tuples inside tuples.
#[macro_export]
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {
        match &mut *$conn {
            $crate::db::Conn::Sqlite(sqlite) => {
                for row in $rows {
                    diesel::insert_into($table).values(row).execute(sqlite)?;
                }
            }
            $crate::db::Conn::Postgres(postgres) => {
                if !$rows.is_empty() {
                    diesel::copy_from($table).from_insertable($rows).execute(postgres)?;
                }
            }
        }
    };
}

/// Loads what a list of values selects. Built for each engine by itself, because PostgreSQL then takes the list as
/// one array: a statement that is read and planned once, not once per length of a list.
#[macro_export]
macro_rules! load_all {
    ($conn:expr, $query:expr) => {
        $crate::each!(&mut *$conn, engine => $query.load(engine))?
    };
}
