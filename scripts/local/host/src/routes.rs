//! Which component answers a path.

use anyhow::{Result, bail, ensure};

/// The public routes of the application.
#[derive(Debug, Default)]
pub struct Routes(Vec<Route>);

#[derive(Debug)]
struct Route {
    written: String,
    component: String,
    segments: Vec<Segment>,
}

/// A part of a route between two slashes. The order is that of precedence: of two routes that fit a path, the one that
/// is more exact where they first differ answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Text(String),
    Name(String),
    Rest,
}

/// A route that fits a path.
#[derive(Debug, PartialEq, Eq)]
pub struct Match<'a> {
    pub component: &'a str,
    /// The route as the manifest has it.
    pub route: &'a str,
    /// What the trailing `/...` stands for, with its slash.
    pub path_info: String,
    /// What the `:name` segments stand for.
    pub names: Vec<(&'a str, &'a str)>,
}

impl Routes {
    /// Adds a route; two components cannot have the same one.
    pub fn add(&mut self, route: &str, component: &str) -> Result<()> {
        let segments = parse(route)?;
        if let Some(other) = self.0.iter().find(|other| other.segments == segments) {
            bail!("route {route:?} is given to {component:?} and to {:?}", other.component);
        }
        self.0.push(Route {
            written: route.to_owned(),
            component: component.to_owned(),
            segments,
        });
        self.0.sort_by(|a, b| a.segments.cmp(&b.segments));
        Ok(())
    }

    /// The component that answers a path. A slash at the end of the path makes no difference.
    pub fn find<'a>(&'a self, path: &'a str) -> Option<Match<'a>> {
        self.0.iter().find_map(|route| route.fit(path))
    }
}

impl Route {
    fn fit<'a>(&'a self, path: &'a str) -> Option<Match<'a>> {
        let mut names = Vec::new();
        let mut path_info = String::new();
        let mut rest = parts(path);
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => {
                    if rest.next()? != text {
                        return None;
                    }
                }
                Segment::Name(name) => names.push((name.as_str(), rest.next()?)),
                Segment::Rest => {
                    for part in rest.by_ref() {
                        path_info.push('/');
                        path_info.push_str(part);
                    }
                    if path.ends_with('/') {
                        path_info.push('/');
                    }
                }
            }
        }
        rest.next().is_none().then_some(Match {
            component: &self.component,
            route: &self.written,
            path_info,
            names,
        })
    }
}

fn parse(route: &str) -> Result<Vec<Segment>> {
    ensure!(route.starts_with('/'), "route {route:?} does not begin with /");
    let mut segments: Vec<Segment> = parts(route)
        .map(|part| match part.strip_prefix(':') {
            Some(name) => Segment::Name(name.to_owned()),
            None => Segment::Text(part.to_owned()),
        })
        .collect();
    if let Some(Segment::Text(last)) = segments.last()
        && (last == "..." || last == "*")
    {
        segments.pop();
        segments.push(Segment::Rest);
    }
    for segment in &segments {
        if let Segment::Text(text) = segment {
            ensure!(
                text != "..." && text != "*",
                "route {route:?} has a wildcard that is not its end"
            );
        }
    }
    Ok(segments)
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/').filter(move |_| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(list: &[&str]) -> Routes {
        let mut routes = Routes::default();
        for route in list {
            routes.add(route, route).unwrap();
        }
        routes
    }

    fn found<'a>(routes: &'a Routes, path: &'a str) -> Option<&'a str> {
        routes.find(path).map(|found| found.component)
    }

    #[test]
    fn the_most_exact_route_answers_in_whatever_order() {
        let mut list = vec!["/one/two", "/one/two/...", "/one/:name", "/one/...", "/..."];
        for _ in 0..list.len() {
            let routes = routes(&list);
            assert_eq!(found(&routes, "/one/two"), Some("/one/two"));
            assert_eq!(found(&routes, "/one/two/three"), Some("/one/two/..."));
            assert_eq!(found(&routes, "/one/three"), Some("/one/:name"));
            assert_eq!(found(&routes, "/one"), Some("/one/..."));
            assert_eq!(found(&routes, "/two"), Some("/..."));
            assert_eq!(found(&routes, "/"), Some("/..."));
            list.rotate_left(1);
        }
    }

    #[test]
    fn an_exact_route_takes_nothing_below_it() {
        let routes = routes(&["/functions/v1/artistDiscovery", "/"]);
        let path = "/functions/v1/artistDiscovery";
        assert_eq!(found(&routes, path), Some(path));
        assert_eq!(found(&routes, "/functions/v1/artistDiscovery/"), Some(path));
        assert_eq!(found(&routes, "/functions/v1/artistDiscovery/x"), None);
        assert_eq!(found(&routes, "/functions/v1"), None);
        assert_eq!(found(&routes, "/"), Some("/"));
    }

    #[test]
    fn wildcards_and_names_are_handed_on() {
        let routes = routes(&["/foo/:user/..."]);
        let info = |path| routes.find(path).map(|found| found.path_info);
        assert_eq!(info("/foo/42"), Some(String::new()));
        assert_eq!(info("/foo/42/"), Some("/".to_owned()));
        assert_eq!(info("/foo/42/bar"), Some("/bar".to_owned()));
        assert_eq!(info("/foo/42/bar/"), Some("/bar/".to_owned()));
        assert_eq!(routes.find("/foo/42/bar").unwrap().names, [("user", "42")]);
    }

    #[test]
    fn routes_that_cannot_be_meant_are_refused() {
        let mut routes = routes(&["/a/..."]);
        for route in ["a", "", "/.../a", "/a/*", "/a/.../"] {
            assert!(routes.add(route, "x").is_err(), "{route}");
        }
    }
}
