//! What kinds of arguments there are: what each takes, what it refuses, and how the document says so.

#[derive(Clone, Copy)]
pub enum Kind {
    /// The name of a queue in `pgmq.meta`.
    Queue,
    /// The same, or NULL for all queues.
    QueueOrNull,
    /// A name for a queue that may be new.
    NewQueue,
    /// Text, neither NULL nor blank, of at most so many characters.
    Text(usize),
    TextOrNull(usize),
    Word(&'static [&'static str]),
    WordOrNull(&'static [&'static str]),
    /// An array of these words, or NULL for all.
    WordsOrNull(&'static [&'static str]),
    /// A schedule as cron writes it, or NULL.
    Schedule,
    /// Whatever text: it is data.
    AnyText,
    /// Text that is, or is not, the id of a message.
    MessageId,
    /// A whole number in a range.
    Number(i64, i64),
    /// The same, or NULL for a default.
    NumberOrNull(i64, i64),
    /// A number in a range, both ends as SQL has them.
    Rate(&'static str, &'static str),
    Flag,
    Id,
    /// A UUID of something that must be there.
    KnownId,
    KnownIdOrNull,
    IdOrNull,
    /// Ids of messages, or NULL for all.
    IdsOrNull,
    /// An array of so many UUIDs at most, or NULL.
    FewIdsOrNull(usize),
    Object,
    /// A JSON object, or NULL.
    ObjectOrNull,
    /// A JSON array of objects.
    Objects,
    /// A release such as 0.1.0, not newer than what is installed, or NULL.
    Release,
}

use Kind::{
    AnyText, FewIdsOrNull, Flag, Id, IdOrNull, IdsOrNull, KnownId, KnownIdOrNull, MessageId, NewQueue, Number,
    NumberOrNull, Object, ObjectOrNull, Objects, Queue, QueueOrNull, Rate, Release, Schedule, Text, TextOrNull, Word,
    WordOrNull, WordsOrNull,
};

/// Names that somebody might send who means harm, or who simply is called so. All are data.
const HOSTILE: [&str; 9] = [
    "'x''; DROP TABLE public.artists; --'",
    "'\"quoted\"'",
    "'''; SELECT pg_sleep(10); --'",
    "'%s %I %L'",
    r"'back\slash'",
    "'🎹 ünïcödé'",
    "E'new\\nline'",
    "'UPPER_CASE'",
    "'../../etc/passwd'",
];

impl Kind {
    /// SQL literals that are refused with 22023 and the argument's name.
    pub fn refused(self) -> Vec<String> {
        let null = || "NULL".to_owned();
        let blank = || vec!["''".to_owned(), "'  '".to_owned(), "E'\\t\\n'".to_owned()];
        let too_long = |longest: usize| format!("repeat('é', {})", longest + 1);
        match self {
            Queue | QueueOrNull => {
                let mut all = blank();
                all.extend(HOSTILE.map(str::to_owned));
                let more = [
                    "'no_such_queue'",
                    "'ARTIST_DISCOVERY'",
                    "'queue_metrics'",
                    "'q_artist_discovery'",
                    "repeat('q', 10240)",
                ];
                all.extend(more.map(str::to_owned));
                if matches!(self, Queue) {
                    all.push(null());
                }
                all
            }
            NewQueue => {
                let mut all = blank();
                all.extend([
                    null(),
                    too_long(47),
                    "'x''; DROP TABLE public.artists; --'".to_owned(),
                    "'ARTIST_DISCOVERY'".to_owned(),
                ]);
                all
            }
            Text(longest) | TextOrNull(longest) => {
                let mut all = blank();
                all.push(too_long(longest));
                if matches!(self, Text(_)) {
                    all.push(null());
                }
                all
            }
            Word(_) => {
                let mut all = blank();
                all.push(null());
                all
            }
            WordOrNull(_) => {
                let mut all = blank();
                all.push("'another'".to_owned());
                all
            }
            WordsOrNull(words) => vec![
                "'{}'".to_owned(),
                "'{NULL}'".to_owned(),
                "'{another}'".to_owned(),
                format!("'{{{},another}}'", words[0]),
            ],
            Schedule => {
                let mut all = blank();
                all.push(too_long(100));
                all
            }
            MessageId => {
                let mut all = blank();
                all.extend([null(), too_long(512)]);
                all
            }
            Number(least, most) => vec![null(), (least - 1).to_string(), (most + 1).to_string()],
            NumberOrNull(least, most) => vec![(least - 1).to_string(), (most + 1).to_string()],
            Rate(..) => vec![
                null(),
                "0".to_owned(),
                "-1".to_owned(),
                "1000000".to_owned(),
                "'NaN'".to_owned(),
            ],
            FewIdsOrNull(most) => vec![format!("array_fill(gen_random_uuid(), ARRAY[{}])", most + 1)],
            Flag | Id => vec![null()],
            KnownId => vec![null(), "'00000000-0000-4000-8000-000000000000'".to_owned()],
            KnownIdOrNull => vec!["'00000000-0000-4000-8000-000000000000'".to_owned()],
            Object | ObjectOrNull | Objects => {
                let other = if matches!(self, Objects) { "'{}'" } else { "'[]'" };
                let mut all = ["'null'", "'1'", "'true'", "'\"x\"'", other]
                    .map(str::to_owned)
                    .to_vec();
                if !matches!(self, ObjectOrNull) {
                    all.push(null());
                }
                if matches!(self, Objects) {
                    all.extend(["'[1]'", "'[null]'", "'[[]]'"].map(str::to_owned));
                }
                all
            }
            Release => ["''", "'1'", "'1.2'", "'1.2.3.4'", "'1.2.x'", "' 0.1.0'"]
                .map(str::to_owned)
                .to_vec(),
            AnyText | IdOrNull | IdsOrNull => Vec::new(),
        }
    }

    /// SQL literals that must be taken.
    pub fn taken(self) -> Vec<String> {
        let null = || "NULL".to_owned();
        let hostile = || HOSTILE.map(str::to_owned).to_vec();
        match self {
            Text(longest) | TextOrNull(longest) => {
                let mut all = hostile();
                all.push(format!("repeat('é', {longest})"));
                if matches!(self, TextOrNull(_)) {
                    all.push(null());
                }
                all
            }
            AnyText => {
                let mut all = hostile();
                all.extend([null(), "''".to_owned(), "repeat('é', 10240)".to_owned()]);
                all
            }
            Word(words) => words.iter().map(|word| format!("'{word}'")).collect(),
            WordOrNull(words) => {
                let mut all: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
                all.push(null());
                all
            }
            WordsOrNull(words) => {
                let mut all: Vec<String> = words.iter().map(|word| format!("'{{{word}}}'")).collect();
                all.extend([format!("'{{{}}}'", words.join(",")), null()]);
                all
            }
            Schedule => vec![null(), "'* * * * *'".to_owned()],
            MessageId => {
                let mut all = hostile();
                all.extend(
                    [
                        "'0'",
                        "'-1'",
                        "'99999999999999999999'",
                        "'6e5'",
                        "'00000000-0000-4000-8000-000000000000'",
                    ]
                    .map(str::to_owned),
                );
                all
            }
            Number(least, most) => vec![least.to_string(), most.to_string()],
            NumberOrNull(least, most) => vec![least.to_string(), most.to_string(), null()],
            Rate(least, most) => vec![least.to_owned(), most.to_owned()],
            QueueOrNull | IdOrNull | KnownIdOrNull | ObjectOrNull => vec![null()],
            IdsOrNull => vec![null(), "'{}'".to_owned(), "'{1,NULL,-5}'".to_owned()],
            FewIdsOrNull(most) => vec![
                null(),
                "'{}'".to_owned(),
                "'{NULL}'".to_owned(),
                format!("array_fill(gen_random_uuid(), ARRAY[{most}])"),
            ],
            Flag => vec!["TRUE".to_owned(), "FALSE".to_owned()],
            NewQueue => vec![
                "'🎹'".to_owned(),
                "'\"quoted\" and UPPER'".to_owned(),
                "repeat('q', 47)".to_owned(),
            ],
            Objects => vec!["'[{}]'".to_owned()],
            Release => vec![null(), "'0.1.0'".to_owned(), "'0.0.9'".to_owned()],
            Id => vec!["'00000000-0000-4000-8000-000000000000'".to_owned()],
            Queue | KnownId | Object => Vec::new(),
        }
    }

    /// What is refused, for people.
    pub fn rule(self) -> Option<String> {
        Some(match self {
            Queue => "no queue of pgmq".to_owned(),
            QueueOrNull => "neither NULL nor a queue of pgmq".to_owned(),
            NewQueue => {
                "empty, longer than 47 bytes, with `'`, `;`, `$` or `--`, another queue's name in another case, or one whose \
                 table or index would meet another of pgmq's"
                    .to_owned()
            }
            Text(longest) => format!("NULL, blank, or longer than {longest} characters"),
            TextOrNull(longest) => format!("blank, or longer than {longest} characters"),
            Word(_) => "NULL or blank".to_owned(),
            WordOrNull(words) => format!("neither NULL nor one of {}", words.join(", ")),
            WordsOrNull(words) => format!("neither NULL nor an array of {}", words.join(", ")),
            Schedule => "blank, or longer than 100 characters".to_owned(),
            MessageId => "NULL, blank, or longer than 512 characters".to_owned(),
            Number(least, most) => format!("not from {least} to {most}"),
            NumberOrNull(least, most) => format!("neither NULL nor from {least} to {most}"),
            Rate(least, most) => format!("not from {least} to {most}"),
            FewIdsOrNull(most) => format!("more than {most}"),
            Flag | Id => "NULL".to_owned(),
            KnownId => "NULL or unknown".to_owned(),
            KnownIdOrNull => "unknown".to_owned(),
            Object => "no JSON object, or one with a value that can't be".to_owned(),
            ObjectOrNull => "neither NULL nor a JSON object".to_owned(),
            Objects => "no JSON array of objects".to_owned(),
            Release => "no release such as 0.1.0".to_owned(),
            AnyText | IdOrNull | IdsOrNull => return None,
        })
    }
}
