//! Lines of bounded length from a stream that may send anything.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// How the reading of a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// With CRLF.
    CrLf,
    /// With a bare LF.
    Lf,
    /// Not yet: the limit was reached.
    Limit,
    /// The stream ended.
    EndOfStream,
}

/// Appends up to `limit` octets of a line to `line`, its end included.
pub(super) async fn read_line<R: AsyncBufRead + Unpin>(
    reader: &mut R,
    line: &mut Vec<u8>,
    limit: usize,
) -> io::Result<LineEnd> {
    let start = line.len();
    loop {
        let available = reader.fill_buf().await?;
        if available.is_empty() {
            return Ok(LineEnd::EndOfStream);
        }
        let room = &available[..available.len().min(limit - (line.len() - start))];
        let newline = room.iter().position(|&byte| byte == b'\n');
        let taken = newline.map_or(room.len(), |at| at + 1);
        line.extend_from_slice(&room[..taken]);
        reader.consume(taken);
        if newline.is_some() {
            return Ok(if line[start..].ends_with(b"\r\n") { LineEnd::CrLf } else { LineEnd::Lf });
        }
        if line.len() - start >= limit {
            return Ok(LineEnd::Limit);
        }
    }
}
