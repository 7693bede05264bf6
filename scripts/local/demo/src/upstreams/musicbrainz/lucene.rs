//! The part of Lucene's query language that clients of MusicBrainz use: `field:word`, `field:"phrase"`, `AND`, `OR`,
//! `NOT`, parentheses, also after a field, and backslash escapes. Words side by side are joined by OR.

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    And(Vec<Query>),
    Or(Vec<Query>),
    Not(Box<Query>),
    /// A word or a phrase in a field (empty: the default field).
    Term {
        field: String,
        /// What, without quotes and escapes.
        text: String,
    },
}

impl Query {
    /// Reads a query; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader {
            tokens: tokens(text)?,
            at: 0,
        };
        let query = reader.any("")?;
        (reader.at == reader.tokens.len()).then_some(query)
    }

    /// Whether it holds, `holds` judging each term.
    pub fn matches(&self, holds: &dyn Fn(&str, &str) -> bool) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.matches(holds)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(holds)),
            Self::Not(part) => !part.matches(holds),
            Self::Term { field, text } => holds(field, text),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Field(String),
    Text(String),
    And,
    Or,
    Not,
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.peek().copied() {
        match next {
            // `+` asks for what is wanted anyway.
            ' ' | '\t' | '\n' | '+' => _ = rest.next(),
            '(' | ')' => {
                rest.next();
                tokens.push(if next == '(' { Token::Open } else { Token::Close });
            }
            '"' => {
                rest.next();
                let mut phrase = String::new();
                loop {
                    match rest.next()? {
                        '"' => break,
                        '\\' => phrase.push(rest.next()?),
                        other => phrase.push(other),
                    }
                }
                tokens.push(Token::Text(phrase));
            }
            '&' | '|' => {
                rest.next();
                // One alone is no word that an index has.
                if rest.next_if_eq(&next).is_some() {
                    tokens.push(if next == '&' { Token::And } else { Token::Or });
                }
            }
            '-' | '!' => {
                rest.next();
                tokens.push(Token::Not);
            }
            _ => tokens.push(word(&mut rest)?),
        }
    }
    Some(tokens)
}

/// A word, an operator, or, with a colon behind it, a field.
fn word(rest: &mut std::iter::Peekable<std::str::Chars>) -> Option<Token> {
    let mut word = String::new();
    let mut escaped = false;
    while let Some(next) = rest.peek().copied() {
        match next {
            ' ' | '\t' | '\n' | '(' | ')' | '"' => break,
            ':' => {
                rest.next();
                return (!word.is_empty()).then_some(Token::Field(word));
            }
            '\\' => {
                rest.next();
                word.push(rest.next()?);
                escaped = true;
            }
            // Unescaped, these mean something that is not understood here.
            '[' | ']' | '{' | '}' | '^' | '~' | '/' => return None,
            other => {
                rest.next();
                word.push(other);
            }
        }
    }
    Some(match word.as_str() {
        "AND" if !escaped => Token::And,
        "OR" if !escaped => Token::Or,
        "NOT" if !escaped => Token::Not,
        _ => Token::Text(word),
    })
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, token: &Token) -> bool {
        let here = self.peek() == Some(token);
        self.at += usize::from(here);
        here
    }

    /// Parts joined by OR, or by nothing.
    fn any(&mut self, field: &str) -> Option<Query> {
        let mut parts = vec![self.all(field)?];
        while !matches!(self.peek(), None | Some(Token::Close)) {
            self.takes(&Token::Or);
            parts.push(self.all(field)?);
        }
        Some(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Query::Or(parts)
        })
    }

    fn all(&mut self, field: &str) -> Option<Query> {
        let mut parts = vec![self.one(field)?];
        while self.takes(&Token::And) {
            parts.push(self.one(field)?);
        }
        Some(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Query::And(parts)
        })
    }

    fn one(&mut self, field: &str) -> Option<Query> {
        let token = self.peek()?.clone();
        self.at += 1;
        match token {
            Token::Not => Some(Query::Not(Box::new(self.one(field)?))),
            Token::Open => {
                let inner = self.any(field)?;
                self.takes(&Token::Close).then_some(inner)
            }
            Token::Field(name) => self.one(&name),
            Token::Text(text) => Some(Query::Term {
                field: field.to_owned(),
                text,
            }),
            Token::Close | Token::And | Token::Or => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(field: &str, text: &str) -> Query {
        Query::Term {
            field: field.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn reads_what_clients_send() {
        assert_eq!(Query::parse("barcode:0602"), Some(term("barcode", "0602")));
        let isrcs = Query::Or(vec![term("isrc", "A"), term("isrc", "B"), term("isrc", "C")]);
        assert_eq!(Query::parse("isrc:A OR isrc:B OR isrc:C"), Some(isrcs.clone()));
        assert_eq!(Query::parse("isrc:(A OR B C)"), Some(isrcs));
        let quoted = Query::And(vec![term("artist", "The \"X\""), term("release", "a: b (c)")]);
        assert_eq!(
            Query::parse(r#"artist:"The \"X\"" AND release:"a: b (c)""#),
            Some(quoted)
        );
        assert_eq!(Query::parse(r"release:AC\/TC"), Some(term("release", "AC/TC")));
    }

    #[test]
    fn refuses_what_lucene_refuses() {
        for bad in ["", "AND", "a AND", "(a", "a)", "\"open", "a:[1 TO 2", "x^2"] {
            assert_eq!(Query::parse(bad), None, "{bad}");
        }
    }
}
