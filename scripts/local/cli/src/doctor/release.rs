//! Whether the schema is new enough for the functions of this checkout: a newer one is, an older one is not.

use super::findings::Finding;

/// Compares the release that the database names with `needed`.
pub fn judge(findings: &mut [Finding], needed: &str) {
    let named = findings
        .iter_mut()
        .filter(|finding| finding.area == "schema" && finding.name == "release" && finding.ok == Some(true));
    for finding in named {
        let installed = finding.found.clone();
        if numbers(&installed) < numbers(needed) {
            *finding = Finding::wrong(
                "schema",
                "release",
                format!("{installed}, and the functions of this checkout need {needed}"),
                "Install the newer migrations (scripts/install-migrations, supabase db push), or go back to the older \
                 functions; messages wait, none is lost.",
            );
        } else if numbers(&installed) > numbers(needed) {
            finding.found = format!("{installed}, on which the functions of this checkout ({needed}) work as well");
        }
    }
}

fn numbers(release: &str) -> Vec<u32> {
    release.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_schema_is_a_fault_and_a_newer_one_is_none() {
        for (installed, ok) in [("0.9.9", false), ("0.10.0", true), ("0.10.1", true), ("1.0.0", true)] {
            let mut findings = [Finding::right("schema", "release", installed)];
            judge(&mut findings, "0.10.0");
            assert_eq!(findings[0].ok, Some(ok), "{installed}");
            assert_eq!(findings[0].advice.is_some(), !ok);
            assert!(findings[0].found.starts_with(installed));
        }
        let mut unknown = [Finding::wrong(
            "schema",
            "release",
            "no release is wholly installed",
            "…",
        )];
        judge(&mut unknown, "0.10.0");
        assert_eq!(unknown[0].found, "no release is wholly installed");
    }
}
