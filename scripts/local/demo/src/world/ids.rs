//! Ids and chance from a seed: the same label always gets the same id, whatever was built before it.

/// A small generator of reproducible numbers (`SplitMix64`).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    pub fn new(start: u64) -> Self {
        Self(start)
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `bound` (0 for a bound of 0).
    pub fn below(&mut self, bound: usize) -> usize {
        match u64::try_from(bound) {
            Ok(bound) if bound > 0 => usize::try_from(self.next() % bound).unwrap_or(0),
            _ => 0,
        }
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in `share` of a hundred cases.
    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// One of `items`; `None` when there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

/// Makes ids of every provider's form.
#[derive(Debug, Clone, Copy)]
pub struct Ids {
    seed: u64,
}

impl Ids {
    /// Ids of the world with this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Chance that belongs to a label.
    pub fn chance(self, kind: &str, label: &str) -> Chance {
        // FNV-1a over kind, a separator, label; SplitMix64 mixes what comes out.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for byte in kind.bytes().chain([0]).chain(label.bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Chance::new(hash)
    }

    pub fn mbid(self, kind: &str, label: &str) -> String {
        let mut chance = self.chance(kind, label);
        let high = u128::from(chance.next());
        let low = u128::from(chance.next());
        uuid::Builder::from_random_bytes(((high << 64) | low).to_be_bytes())
            .into_uuid()
            .to_string()
    }

    /// A Spotify id: 22 characters of base 62.
    pub fn spotify(self, kind: &str, label: &str) -> String {
        const ALPHABET: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let mut chance = self.chance(kind, label);
        (0..22).map(|_| char::from(ALPHABET[chance.below(62)])).collect()
    }

    /// An EAN-13 with its check digit; `leading_zero` makes it one that starts with 0, as American UPCs do.
    pub fn barcode(self, label: &str, leading_zero: bool) -> String {
        let mut chance = self.chance("barcode", label);
        let first = if leading_zero { 0 } else { 5 };
        let mut digits = vec![first];
        digits.extend((1..12).map(|_| chance.below(10)));
        let sum: usize = digits
            .iter()
            .enumerate()
            .map(|(at, digit)| if at % 2 == 0 { *digit } else { digit * 3 })
            .sum();
        digits.push((10 - sum % 10) % 10);
        digits.iter().map(ToString::to_string).collect()
    }

    /// An ISRC: country, registrant, year, number.
    pub fn isrc(self, label: &str) -> String {
        const REGISTRANT: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let mut chance = self.chance("isrc", label);
        let registrant: String = (0..3).map(|_| char::from(REGISTRANT[chance.below(36)])).collect();
        format!(
            "QZ{registrant}{:02}{:05}",
            chance.between(10, 25),
            chance.below(100_000)
        )
    }

    /// A number below `bound` that belongs to a label.
    pub fn number(self, kind: &str, label: &str, bound: usize) -> usize {
        self.chance(kind, label).below(bound)
    }

    /// `digits` hexadecimal digits.
    pub fn hex(self, kind: &str, label: &str, digits: usize) -> String {
        let mut chance = self.chance(kind, label);
        (0..digits)
            .map(|_| char::from(b"0123456789abcdef"[chance.below(16)]))
            .collect()
    }
}
