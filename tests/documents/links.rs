//! Links from one document to another, and to headings.

/// A link's line, file (empty: the document itself) and heading.
#[derive(Debug, PartialEq, Eq)]
pub struct Link {
    pub line: usize,
    pub file: String,
    pub anchor: Option<String>,
}

/// The links of a document to files of the checkout, and to headings of its own.
pub fn of(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    for (number, line) in prose(text) {
        for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = match target.split_once('#') {
                Some((file, anchor)) => (file, Some(anchor.to_owned())),
                None => (target, None),
            };
            links.push(Link {
                line: number,
                file: file.to_owned(),
                anchor,
            });
        }
    }
    links
}

/// What a document's headings are called in links, as GitHub makes it: lower case, without punctuation, `-` for spaces,
/// and a number where a heading comes again.
pub fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for (_, line) in prose(text) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let kept = title.trim().to_lowercase();
        let kept = kept
            .chars()
            .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        let anchor: String = kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect();
        let again = anchors.iter().filter(|earlier| **earlier == anchor).count();
        anchors.push(if again == 0 {
            anchor
        } else {
            format!("{anchor}-{again}")
        });
    }
    anchors
}

/// The lines outside of blocks of code, numbered from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_block = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        (!in_block && !is_fence).then_some((number + 1, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_files_and_headings_and_not_to_the_world() {
        let text = "[a](docs/a.md) [b](#one-two) [c](https://c.test/#d)\\n```\\n[d](e)\\n```\\n[f](../f.md#g)";
        let found = of(&text.replace("\\n", "\n"));
        let targets: Vec<_> = found
            .iter()
            .map(|link| (link.line, link.file.as_str(), link.anchor.as_deref()))
            .collect();
        assert_eq!(
            targets,
            [
                (1, "docs/a.md", None),
                (1, "", Some("one-two")),
                (5, "../f.md", Some("g"))
            ]
        );
    }

    #[test]
    fn headings_are_called_as_github_calls_them() {
        let text = "# Run, *one* test\n## `pg_enqueue`\n## What it is: a-b\n# Run one test\n```\n# no\n```\n#no";
        assert_eq!(
            anchors(text),
            ["run-one-test", "pg_enqueue", "what-it-is-a-b", "run-one-test-1"]
        );
    }
}
