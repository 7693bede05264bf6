//! The door of the functions: nearly right secrets, other methods, and heads that two servers could read in two ways.
//! Nobody of these is let in, and what a head hides in its body is never taken for a request.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use linernotes_tests::{Setup, checkout, figure};
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::quiet;

#[tokio::test]
async fn whoever_has_not_the_secret_is_not_let_in() -> Result<()> {
    let setup = quiet().await?;
    let functions = functions()?;
    ensure!(functions.len() >= 10, "{functions:?}");
    let mut tried = 0;
    for function in &functions {
        tried += nearly_right_secrets(&setup, function).await?;
        tried += other_methods(&setup, function).await?;
    }
    tried += hidden_requests(&setup).await?;
    let count = functions.len();
    figure("door", &format!("{tried} requests to {count} functions, all refused"))?;
    half_sent_heads_keep_nobody_out(&setup).await?;
    let written =
        "SELECT (SELECT count(*) FROM public.monitoring_events) + (SELECT count(*) FROM public.worker_issues)";
    ensure!(setup.count(written).await? == 0, "something was written");
    Ok(())
}

/// The functions that the manifest routes, so that a new one is tried as well.
fn functions() -> Result<Vec<String>> {
    let manifest = std::fs::read_to_string(checkout()?.join("spin.toml"))?;
    let routes = manifest.lines().filter_map(|line| {
        let route = line.strip_prefix("route = \"/functions/v1/")?;
        Some(route.trim_end_matches('"').to_owned())
    });
    Ok(routes.collect())
}

/// How a function is called: what only shows something takes GET.
fn method(function: &str) -> Method {
    if function == "metrics" {
        Method::GET
    } else {
        Method::POST
    }
}

async fn nearly_right_secrets(setup: &Setup, function: &str) -> Result<usize> {
    let url = format!("{}/{function}", setup.info().functions_url);
    let method = method(function);
    let secret = setup.info().function_secret.as_str();
    let client = reqwest::Client::new();
    let shown = [
        format!("Bearer {}", &secret[..secret.len() - 1]),
        format!("Bearer {secret}0"),
        format!("Bearer {}", secret.to_uppercase()),
        format!("Bearer {}", secret.chars().rev().collect::<String>()),
        format!("Bearer {secret},{secret}"),
        format!("Bearer \"{secret}\""),
        format!("Bearer{secret}"),
        format!("Basic {secret}"),
        format!("Bearer Bearer {secret}"),
        secret.to_owned(),
        "Bearer ".to_owned(),
        "Bearer null".to_owned(),
        format!("Bearer {}", setup.info().publishable_key),
        format!("Bearer {}", setup.info().secret_key),
        format!("Bearer {}", setup.info().jwt_secret),
        format!("Bearer {}", "x".repeat(10_000)),
    ];
    for authorization in &shown {
        let answer = client
            .request(method.clone(), &url)
            .header("authorization", authorization)
            .send()
            .await?;
        refused(function, authorization, answer, 401).await?;
    }
    let elsewhere = [
        client.request(method.clone(), &url),
        client.request(
            method.clone(),
            format!("{url}?authorization=Bearer%20{secret}&token={secret}"),
        ),
        client.request(method.clone(), &url).header("apikey", secret),
        client
            .request(method.clone(), &url)
            .header("x-authorization", format!("Bearer {secret}")),
        client
            .request(method.clone(), &url)
            .header("cookie", format!("authorization=Bearer {secret}")),
        client
            .request(method.clone(), &url)
            .body(format!("{{\"authorization\":\"Bearer {secret}\"}}")),
    ];
    let count = shown.len() + elsewhere.len() + 1;
    for request in elsewhere {
        refused(function, "elsewhere", request.send().await?, 401).await?;
    }
    let mut twice = HeaderMap::new();
    twice.append("authorization", HeaderValue::from_static("Bearer x"));
    twice.append("authorization", format!("Bearer {secret}").parse()?);
    let answer = client.request(method.clone(), &url).headers(twice).send().await?;
    refused(function, "the right one second", answer, 401).await?;
    Ok(count)
}

async fn other_methods(setup: &Setup, function: &str) -> Result<usize> {
    let url = format!("{}/{function}", setup.info().functions_url);
    let other = if method(function) == Method::GET { "POST" } else { "GET" };
    let methods = [other, "PUT", "PATCH", "DELETE", "TRACE", "POSTS", "post"];
    for method in methods {
        let request = reqwest::Client::new().request(method.parse()?, &url);
        let answer = request.bearer_auth(&setup.info().function_secret).send().await?;
        refused(function, method, answer, 405).await?;
    }
    Ok(methods.len())
}

/// Refused in the contract's form, and the answer repeats nothing of what was shown.
async fn refused(function: &str, what: &str, answer: reqwest::Response, status: u16) -> Result<()> {
    let got = answer.status();
    let body = answer.text().await?;
    ensure!(got == status, "{function} with {what:.80}: {got} {body}");
    let body: Value = serde_json::from_str(&body).with_context(|| format!("{function} with {what:.80}: {body}"))?;
    ensure!(body["success"] == false && body["error"].is_string(), "{body}");
    Ok(())
}

/// A whole request with the right secret, in the body of one that has none: only who reads the outer head otherwise than
/// its neighbour would let it in.
async fn hidden_requests(setup: &Setup) -> Result<usize> {
    let hidden = format!(
        "POST /functions/v1/queueMonitor HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: 2\r\n\r\n{{}}",
        setup.info().function_secret
    );
    let length = hidden.len();
    let outer = [
        format!(
            "Content-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            length + 5
        ),
        format!("Transfer-Encoding: xchunked\r\nContent-Length: {length}\r\n\r\n"),
        format!("Content-Length: 0\r\nContent-Length: {length}\r\n\r\n"),
        format!("Content-Length: {length}\r\nContent-Length: 0\r\n\r\n"),
        format!("Content-Length: 0, {length}\r\n\r\n"),
        format!("Content-Length: +{length}\r\n\r\n"),
        "Content-Length: -1\r\n\r\n".to_owned(),
        format!("Transfer-Encoding : chunked\r\nContent-Length: {length}\r\n\r\n"),
        format!("Transfer-Encoding:\r\n chunked\r\nContent-Length: {length}\r\n\r\n"),
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n\r\n".to_owned(),
        format!("Content-Length: {length}\r\n\r\n"),
    ];
    let info = setup.info();
    let gateway = info.api_url.trim_start_matches("http://");
    for head in &outer {
        let request = format!("POST /functions/v1/queueMonitor HTTP/1.1\r\nHost: x\r\n{head}{hidden}");
        let answer = raw(gateway, request.as_bytes()).await?;
        ensure!(
            answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 5"),
            "{head:?}: {answer}"
        );
        ensure!(
            !answer.contains("HTTP/1.1 2") && !answer.contains("\"success\":true"),
            "{head:?}: {answer}"
        );
    }
    Ok(outer.len())
}

/// What comes back within a second, or until the other side hangs up.
async fn raw(address: &str, request: &[u8]) -> Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    // The other side may have hung up already.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(1), stream.read_to_end(&mut answer)).await;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Many who begin a head and never end it, while somebody with the secret calls.
async fn half_sent_heads_keep_nobody_out(setup: &Setup) -> Result<()> {
    let gateway = setup.info().api_url.trim_start_matches("http://").to_owned();
    let mut waiting = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(&gateway).await?;
        stream
            .write_all(b"POST /functions/v1/queueMonitor HTTP/1.1\r\nHost: x\r\nX-")
            .await?;
        waiting.push(stream);
    }
    let call = setup.call("checkPipeline", serde_json::json!({}));
    let (status, answer) = tokio::time::timeout(Duration::from_secs(10), call).await??;
    ensure!(status == 200, "{status} {answer}");
    drop(waiting);
    Ok(())
}
