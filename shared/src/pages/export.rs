//! What is taken along: JSON as the catalogue gives it, CSV by RFC 4180, `GraphML`.

use std::fmt::Write as _;

use http::StatusCode;
use serde::Serialize;

use crate::pages::catalogue::Graph;
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;

pub fn json_answer(value: &impl Serialize) -> Result<PageResponse, Refusal> {
    let text = serde_json::to_string(value).map_err(|error| {
        Refusal::Failed(crate::pipeline::rpc::RpcError::Malformed {
            function: "page".to_owned(),
            problem: error.to_string(),
        })
    })?;
    Ok(PageResponse::text(StatusCode::OK, "application/json", text))
}

/// Rows of text under names.
pub struct Table(String);

impl Table {
    pub fn new(columns: &[&str]) -> Self {
        let mut table = Self(String::new());
        table.row(columns.iter().map(|column| (*column).to_owned()));
        table
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            self.cell(&cell);
        }
        self.0.push_str("\r\n");
    }

    fn cell(&mut self, cell: &str) {
        // A spreadsheet would run a cell that begins like this as a formula.
        let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            "'"
        } else {
            ""
        };
        if guard.is_empty() && !cell.contains([',', '"', '\r', '\n']) {
            self.0.push_str(cell);
        } else {
            let _ = write!(self.0, "\"{guard}{}\"", cell.replace('"', "\"\""));
        }
    }

    pub fn answer(self, name: &str) -> PageResponse {
        PageResponse::text(StatusCode::OK, "text/csv; charset=utf-8", self.0).into_file(name, "csv")
    }

    #[cfg(test)]
    fn text(&self) -> &str {
        &self.0
    }
}

/// The network as <http://graphml.graphdrawing.org> describes it.
pub fn graphml(graph: &Graph) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n",
    );
    for (id, of, name, kind) in [
        ("name", "node", "name", "string"),
        ("kind", "node", "kind", "string"),
        ("weight", "edge", "weight", "int"),
        ("roles", "edge", "roles", "string"),
        ("confidence", "edge", "confidence", "double"),
        ("first_year", "edge", "first_year", "int"),
        ("last_year", "edge", "last_year", "int"),
    ] {
        let _ = writeln!(
            xml,
            "  <key id=\"{id}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"
        );
    }
    xml.push_str("  <graph id=\"linernotes\" edgedefault=\"undirected\">\n");
    for node in &graph.nodes {
        let _ = writeln!(
            xml,
            "    <node id=\"{}\"><data key=\"name\">{}</data><data key=\"kind\">{}</data></node>",
            node.id,
            escaped(&node.name),
            node.kind.name()
        );
    }
    for edge in &graph.edges {
        let (Some(source), Some(target)) = (graph.nodes.get(edge.source), graph.nodes.get(edge.target)) else {
            continue;
        };
        let _ = write!(
            xml,
            "    <edge source=\"{}\" target=\"{}\"><data key=\"weight\">{}</data><data key=\"roles\">{}</data>\
             <data key=\"confidence\">{}</data>",
            source.id,
            target.id,
            edge.track_count,
            escaped(&edge.roles.join(", ")),
            edge.confidence
        );
        for (key, year) in [("first_year", edge.first_year), ("last_year", edge.last_year)] {
            if let Some(year) = year {
                let _ = write!(xml, "<data key=\"{key}\">{year}</data>");
            }
        }
        xml.push_str("</edge>\n");
    }
    xml.push_str("  </graph>\n</graphml>\n");
    xml
}

/// Text for XML 1.0, which knows few control characters.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_guarded() {
        let mut table = Table::new(&["a", "b"]);
        table.row(["plain".to_owned(), "with, \"quotes\"\nand lines".to_owned()]);
        table.row(["=HYPERLINK(\"http://x\")".to_owned(), "-M-".to_owned()]);
        assert_eq!(
            table.text(),
            "a,b\r\nplain,\"with, \"\"quotes\"\"\nand lines\"\r\n\"'=HYPERLINK(\"\"http://x\"\")\",\"'-M-\"\r\n"
        );
    }

    #[test]
    fn xml_holds_any_name() {
        assert_eq!(
            escaped("<b>&\"'\u{1}\u{ffff}é\n"),
            "&lt;b&gt;&amp;&quot;&#39;\u{fffd}\u{fffd}é\n"
        );
    }
}
