//! What machines read first: robots, assistants, search engines.

use std::fmt::Write as _;

use http::StatusCode;

use crate::pages::Site;
use crate::pages::export::escaped;
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;

pub fn robots(site: &Site<'_>) -> PageResponse {
    // What is narrowed, opened or typed is without end; the pages of people, artists, albums, tracks and networks are not.
    let text = format!(
        "User-agent: *\nDisallow: /graph/*?\nDisallow: /connect?\nDisallow: /search?\nAllow: /\n\nSitemap: {}/sitemap.xml\n",
        site.address.origin
    );
    PageResponse::text(StatusCode::OK, "text/plain; charset=utf-8", text)
}

pub fn llms(site: &Site<'_>) -> PageResponse {
    let origin = &site.address.origin;
    let text = format!(
        "# Linernotes\n\n\
         > Who produced and wrote the music: credits of tracks, with the source and the confidence of each.\n\n\
         Not known is not nobody: an empty list says that no source which was asked names anybody. Confidence is a \
         probability from 0 to 1. Cite the source that a credit names.\n\n\
         ## Read\n\n\
         - [Search]({origin}/search.json?q=NAME): producers, artists, albums and tracks by name, as JSON\n\
         - [A producer]({origin}/producers/ID.json), their [credits]({origin}/producers/ID/credits.json) and \
         [collaborators]({origin}/producers/ID/collaborators.json)\n\
         - [An artist]({origin}/artists/ID.json), and [everybody behind them]({origin}/artists/ID/producers.json)\n\
         - [An album]({origin}/albums/ID.json): liner notes track by track\n\
         - [A track]({origin}/tracks/ID.json): who, as what, how sure, with the evidence\n\
         - [A network]({origin}/graph/producer/ID.json): who made records for whom around somebody\n\
         - [A connection]({origin}/connect.json?from=ID&to=ID): the shortest way between two people\n\
         - [About]({origin}/about): sources, licences, what confidence means\n\n\
         ## Ask\n\n\
         - [Model Context Protocol]({origin}/mcp): the same as tools for assistants, over HTTP, without a login\n\
         - [OpenAPI 3.1]({origin}/openapi.json): the API that programs call\n"
    );
    PageResponse::text(StatusCode::OK, "text/plain; charset=utf-8", text)
}

/// The first page, and whom it names; the rest is found by following links.
pub async fn sitemap(site: &Site<'_>) -> Result<PageResponse, Refusal> {
    let stats = site.catalogue.stats().await?;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let producers = stats
        .foremost_producers
        .iter()
        .map(|person| format!("/producers/{}", person.id));
    let artists = stats
        .newest_artists
        .iter()
        .map(|artist| format!("/artists/{}", artist.id));
    for path in ["/".to_owned(), "/about".to_owned()]
        .into_iter()
        .chain(producers)
        .chain(artists)
    {
        let _ = writeln!(xml, "  <url><loc>{}{path}</loc></url>", escaped(&site.address.origin));
    }
    xml.push_str("</urlset>\n");
    Ok(PageResponse::text(
        StatusCode::OK,
        "application/xml; charset=utf-8",
        xml,
    ))
}
