//! Work that must not go on beside other work, beyond single rows. On SQLite whoever writes is alone anyway.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Conn, Error};

/// What is done in turn, until the end of the transaction that begins it.
#[derive(Debug, Clone, Copy)]
pub enum Turn {
    /// Fixing the recipients of a campaign, any number of them at once, and erasing people: recipients that were read before
    /// somebody was erased, and are written after, would bring them back.
    Recipients,
}

impl Turn {
    /// Waits for whoever [takes](Self::take) the turn; several share it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn share(self, conn: &mut Conn) -> Result<(), Error> {
        self.lock(conn, "SELECT pg_advisory_xact_lock_shared($1)")
    }

    /// Waits for everybody else, and keeps them waiting.
    ///
    /// # Errors
    /// Those of the database.
    pub fn take(self, conn: &mut Conn) -> Result<(), Error> {
        self.lock(conn, "SELECT pg_advisory_xact_lock($1)")
    }

    fn lock(self, conn: &mut Conn, question: &str) -> Result<(), Error> {
        if let Conn::Postgres(postgres) = conn {
            diesel::sql_query(question).bind::<BigInt, _>(self.key()).execute(postgres)?;
        }
        Ok(())
    }

    /// The lock's number among the advisory locks of the database: the program's own.
    const fn key(self) -> i64 {
        match self {
            Self::Recipients => 0x6272_6576_0001,
        }
    }
}
