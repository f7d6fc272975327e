//! The few SQL fragments that diesel does not offer over both engines at once.

use diesel::backend::Backend;
use diesel::expression::ValidGrouping;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Double, Text};
use diesel::sqlite::Sqlite;

use super::Db;

/// Appends the same text on both engines, ` ON CONFLICT DO NOTHING` for instance.
#[derive(Debug, Clone, Copy)]
pub struct Suffix<Q>(pub Q, pub &'static str);

impl<Q, DB: Backend> QueryFragment<DB> for Suffix<Q>
where
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(self.1);
        Ok(())
    }
}
impl<Q> QueryId for Suffix<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q: Query> Query for Suffix<Q> {
    type SqlType = Q::SqlType;
}
impl<Q, C> RunQueryDsl<C> for Suffix<Q> {}

/// A node that each engine accepts by itself, made valid for the enum connection.
#[derive(Debug, Clone, Copy)]
pub struct Both<Q>(pub Q);

impl<Q> QueryFragment<Db> for Both<Q>
where
    Q: QueryFragment<diesel::pg::Pg> + QueryFragment<diesel::sqlite::Sqlite>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        Db::walk_variant_ast(&self.0, out)
    }
}
impl<Q: QueryId> QueryId for Both<Q> {
    type QueryId = Q::QueryId;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}
impl<Q: Query> Query for Both<Q> {
    type SqlType = Q::SqlType;
}
impl<Q, C> RunQueryDsl<C> for Both<Q> {}
impl<E: Expression> Expression for Both<E> {
    type SqlType = E::SqlType;
}
impl<E: SelectableExpression<QS>, QS> SelectableExpression<QS> for Both<E> where Self: AppearsOnTable<QS> {}
impl<E: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Both<E> {}
impl<E: ValidGrouping<GB>, GB> ValidGrouping<GB> for Both<E> {
    type IsAggregate = E::IsAggregate;
}

/// ` FOR UPDATE SKIP LOCKED` on PostgreSQL, nothing on SQLite, where there is one writer.
#[derive(Debug, Clone, Copy)]
pub struct SkipLocked<Q>(pub Q);

struct LockSuffix;

impl QueryFragment<diesel::pg::Pg> for LockSuffix {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
        out.push_sql(" FOR UPDATE SKIP LOCKED");
        Ok(())
    }
}
impl QueryFragment<diesel::sqlite::Sqlite> for LockSuffix {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, diesel::sqlite::Sqlite>) -> QueryResult<()> {
        Ok(())
    }
}
impl<Q: QueryFragment<Db>> QueryFragment<Db> for SkipLocked<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        Db::walk_variant_ast(&LockSuffix, out)
    }
}
impl<Q> QueryId for SkipLocked<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q: Query> Query for SkipLocked<Q> {
    type SqlType = Q::SqlType;
}
impl<Q, C> RunQueryDsl<C> for SkipLocked<Q> {}

/// Whether a text column begins with a text, byte by byte, in the form that each engine finds through an index:
/// a range on SQLite, whose indexes are in the order of bytes, and on PostgreSQL the operators of
/// `text_pattern_ops`, which the index must be made with. Where the column is NULL the answer counts as no.
#[derive(Debug, Clone)]
pub struct StartsWith<C> {
    column: C,
    from: String,
    below: String,
    narrows: bool,
}

impl<C> StartsWith<C> {
    /// The condition.
    pub fn new(column: C, text: &str) -> Self {
        // No text has a character beyond the last one of Unicode.
        Self { column, from: text.to_owned(), below: format!("{text}\u{10FFFF}"), narrows: false }
    }

    /// A condition that only narrows what the index of another one finds: SQLite, which knows no figures of the
    /// table, would else choose between the two by chance.
    pub fn narrowing(column: C, text: &str) -> Self {
        Self { narrows: true, ..Self::new(column, text) }
    }
}
impl<C> QueryId for StartsWith<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<C: Expression> Expression for StartsWith<C> {
    type SqlType = Bool;
}
impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for StartsWith<C> {}
impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for StartsWith<C> {}
impl<C: ValidGrouping<GB>, GB> ValidGrouping<GB> for StartsWith<C> {
    type IsAggregate = C::IsAggregate;
}
impl<C: QueryFragment<Pg>> QueryFragment<Pg> for StartsWith<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(");
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" ~>=~ ");
        out.push_bind_param::<Text, _>(&self.from)?;
        out.push_sql(" AND ");
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" ~<~ ");
        out.push_bind_param::<Text, _>(&self.below)?;
        out.push_sql(")");
        Ok(())
    }
}
impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for StartsWith<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let no_index = if self.narrows { "+" } else { "" };
        out.push_sql("(");
        out.push_sql(no_index);
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" >= ");
        out.push_bind_param::<Text, _>(&self.from)?;
        out.push_sql(" AND ");
        out.push_sql(no_index);
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" < ");
        out.push_bind_param::<Text, _>(&self.below)?;
        out.push_sql(")");
        Ok(())
    }
}
impl<C: QueryFragment<Pg> + QueryFragment<Sqlite>> QueryFragment<Db> for StartsWith<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        Db::walk_variant_ast(self, out)
    }
}

/// `column IN (subquery)` for a subquery that exists only on the enum connection; diesel's own `eq_any`
/// needs both concrete ones. The subquery must not yield NULL, or the answer would have three values.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct InSubquery<C, Q>(pub C, pub Q);

impl<C: Expression, Q> Expression for InSubquery<C, Q> {
    type SqlType = Bool;
}
impl<C: SelectableExpression<QS>, Q, QS> SelectableExpression<QS> for InSubquery<C, Q> {}
impl<C: AppearsOnTable<QS>, Q, QS> AppearsOnTable<QS> for InSubquery<C, Q> {}
impl<C: ValidGrouping<GB>, Q, GB> ValidGrouping<GB> for InSubquery<C, Q> {
    type IsAggregate = C::IsAggregate;
}
impl<C: QueryFragment<DB>, Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for InSubquery<C, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        self.1.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// A column that SQLite is to read and not to look up by: `+column`. A condition that most rows meet is answered
/// sooner by reading an index from end to end than by jumping through it.
#[derive(Debug, Clone, Copy)]
pub struct Unindexed<C>(pub C);

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Unindexed<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("+");
        self.0.walk_ast(out)
    }
}
impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Unindexed<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}
impl<C: Expression> Expression for Unindexed<C> {
    type SqlType = C::SqlType;
}
impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for Unindexed<C> {}
impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Unindexed<C> {}
impl<C: ValidGrouping<GB>, GB> ValidGrouping<GB> for Unindexed<C> {
    type IsAggregate = C::IsAggregate;
}
impl<C> QueryId for Unindexed<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<C: QueryFragment<Pg> + QueryFragment<Sqlite>> QueryFragment<Db> for Unindexed<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        Db::walk_variant_ast(self, out)
    }
}

/// Whether a column's value is among those of a subquery: `column IN (subquery)` on SQLite, which runs the subquery
/// once and keeps its answer, and a correlated `EXISTS` over it on PostgreSQL.
///
/// PostgreSQL makes a semi-join or an anti-join of the EXISTS. `NOT (column IN (…))` it can only hash, and when the
/// answer exceeds `work_mem` it searches all of it for every row: minutes instead of a second over a million
/// people. Neither column nor subquery may be NULL, or the answer would have three values.
#[derive(Debug, Clone, Copy)]
pub struct Among<C, Q> {
    start: AmongStart<C>,
    values: Q,
    end: AmongEnd<C>,
}

#[derive(Debug, Clone, Copy)]
struct AmongStart<C>(C);

#[derive(Debug, Clone, Copy)]
struct AmongEnd<C>(C);

impl<C: Clone, Q> Among<C, Q> {
    /// `values` selects one column.
    pub fn new(column: C, values: Q) -> Self {
        Self { start: AmongStart(column.clone()), values, end: AmongEnd(column) }
    }
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for AmongStart<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        Ok(())
    }
}
impl<C> QueryFragment<Sqlite> for AmongEnd<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(")");
        Ok(())
    }
}
impl<C> QueryFragment<Pg> for AmongStart<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("EXISTS (SELECT 1 FROM (");
        Ok(())
    }
}
impl<C: QueryFragment<Pg>> QueryFragment<Pg> for AmongEnd<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(") AS among (value) WHERE among.value = ");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: Expression, Q> Expression for Among<C, Q> {
    type SqlType = Bool;
}
impl<C: SelectableExpression<QS>, Q, QS> SelectableExpression<QS> for Among<C, Q> {}
impl<C: AppearsOnTable<QS>, Q, QS> AppearsOnTable<QS> for Among<C, Q> {}
impl<C: ValidGrouping<GB>, Q, GB> ValidGrouping<GB> for Among<C, Q> {
    type IsAggregate = C::IsAggregate;
}
impl<C, Q> QueryId for Among<C, Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<C, Q> QueryFragment<Db> for Among<C, Q>
where
    C: QueryFragment<Pg> + QueryFragment<Sqlite>,
    Q: QueryFragment<Db>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        Db::walk_variant_ast(&self.start, out.reborrow())?;
        self.values.walk_ast(out.reborrow())?;
        Db::walk_variant_ast(&self.end, out)
    }
}

/// `CASE WHEN none THEN NULL WHEN c1 THEN 'r1' WHEN c2 THEN 'r2' … END`: the first that holds, or NULL.
pub struct FirstOf<T: 'static> {
    /// Where this holds the answer is NULL. Asked first: it may be cheaper than all the others.
    pub none: Predicate<T>,
    /// The conditions with their words.
    pub words: Vec<(Predicate<T>, &'static str)>,
}

/// A condition on a row of `T`, whatever its parts.
pub type Predicate<T> = Box<dyn BoxableExpression<T, Db, SqlType = Bool>>;

impl<T> Expression for FirstOf<T> {
    type SqlType = diesel::sql_types::Nullable<diesel::sql_types::Text>;
}
impl<T> SelectableExpression<T> for FirstOf<T> {}
impl<T> AppearsOnTable<T> for FirstOf<T> {}
impl<T, GB> ValidGrouping<GB> for FirstOf<T> {
    type IsAggregate = diesel::expression::is_aggregate::No;
}
impl<T> QueryId for FirstOf<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T> QueryFragment<Db> for FirstOf<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("CASE WHEN ");
        self.none.walk_ast(out.reborrow())?;
        out.push_sql(" THEN NULL");
        for (condition, word) in &self.words {
            out.push_sql(" WHEN ");
            condition.walk_ast(out.reborrow())?;
            // The words are constants of this program, without quotes in them.
            out.push_sql(" THEN '");
            out.push_sql(word);
            out.push_sql("'");
        }
        // A word for the type, should there be no other.
        out.push_sql(" ELSE CAST(NULL AS TEXT) END");
        Ok(())
    }
}

/// `SELECT word, COUNT(*) FROM (q) AS judged (word) GROUP BY word`, for a query of one nullable text column.
#[derive(Debug, Clone, Copy)]
pub struct CountEach<Q>(pub Q);

impl<Q: QueryFragment<Db>> QueryFragment<Db> for CountEach<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("WITH judged (word) AS (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") SELECT word, COUNT(*) FROM judged GROUP BY word");
        Ok(())
    }
}
impl<Q> QueryId for CountEach<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q> Query for CountEach<Q> {
    type SqlType = (diesel::sql_types::Nullable<diesel::sql_types::Text>, diesel::sql_types::BigInt);
}
impl<Q, C> RunQueryDsl<C> for CountEach<Q> {}

/// Whether a point in space is near another: `(x - a)² + (y - b)² + (z - c)² <= most`. The engines know no common
/// way to square, and diesel no arithmetic on columns that may be NULL; where one is, so is the answer.
#[derive(Debug, Clone, Copy)]
pub struct Near<X, Y, Z> {
    /// The columns of the point's coordinates.
    pub point: (X, Y, Z),
    /// The other point.
    pub centre: [f64; 3],
    /// The square of the greatest distance.
    pub most: f64,
}

impl<X, Y, Z> Expression for Near<X, Y, Z> {
    type SqlType = Bool;
}
impl<X, Y, Z, QS> SelectableExpression<QS> for Near<X, Y, Z>
where
    X: SelectableExpression<QS>,
    Y: SelectableExpression<QS>,
    Z: SelectableExpression<QS>,
{
}
impl<X, Y, Z, QS> AppearsOnTable<QS> for Near<X, Y, Z>
where
    X: AppearsOnTable<QS>,
    Y: AppearsOnTable<QS>,
    Z: AppearsOnTable<QS>,
{
}
impl<X, Y, Z, GB> ValidGrouping<GB> for Near<X, Y, Z> {
    type IsAggregate = diesel::expression::is_aggregate::No;
}
impl<X, Y, Z> QueryId for Near<X, Y, Z> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<X, Y, Z> QueryFragment<Db> for Near<X, Y, Z>
where
    X: QueryFragment<Db>,
    Y: QueryFragment<Db>,
    Z: QueryFragment<Db>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let columns: [&dyn QueryFragment<Db>; 3] = [&self.point.0, &self.point.1, &self.point.2];
        out.push_sql("(");
        for (place, (column, centre)) in columns.into_iter().zip(&self.centre).enumerate() {
            out.push_sql(if place == 0 { "(" } else { " + (" });
            column.walk_ast(out.reborrow())?;
            out.push_sql(" - ");
            out.push_bind_param::<Double, _>(centre)?;
            out.push_sql(") * (");
            column.walk_ast(out.reborrow())?;
            out.push_sql(" - ");
            out.push_bind_param::<Double, _>(centre)?;
            out.push_sql(")");
        }
        out.push_sql(" <= ");
        out.push_bind_param::<Double, _>(&self.most)?;
        out.push_sql(")");
        Ok(())
    }
}
