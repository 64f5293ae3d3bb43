//! SpookyHash V2 (Bob Jenkins's algorithm, seeds 0).

/// A constant that is odd, and a not very regular mix of ones and zeros.
const MIXED: u64 = 0xdead_beef_dead_beef;

/// Texts shorter than this are hashed with four variables instead of twelve.
const LONG: usize = 192;

/// By how many bits each of the twelve variables is turned in a round, and in the three rounds of the end.
const TURNS: [u32; 12] = [11, 32, 43, 31, 17, 28, 39, 57, 55, 54, 22, 46];
const LAST_TURNS: [u32; 12] = [44, 15, 34, 21, 38, 33, 10, 13, 38, 53, 42, 54];

/// Both halves of the hash, the lower one first.
pub(super) fn spooky_hash_128(bytes: &[u8]) -> [u64; 2] {
    if bytes.len() < LONG {
        short(bytes)
    } else {
        long(bytes)
    }
}

fn word(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .take(8)
        .rev()
        .fold(0, |word, byte| (word << 8) | u64::from(*byte))
}

fn length_of(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn short(bytes: &[u8]) -> [u64; 2] {
    let (mut a, mut b, mut c, mut d) = (0_u64, 0_u64, MIXED, MIXED);
    let mut rest = bytes;
    while let Some((block, behind)) = rest.split_at_checked(32) {
        let (first, second) = block.split_at(16);
        c = c.wrapping_add(word(first));
        d = d.wrapping_add(word(first.get(8..).unwrap_or_default()));
        [a, b, c, d] = mixed([a, b, c, d]);
        a = a.wrapping_add(word(second));
        b = b.wrapping_add(word(second.get(8..).unwrap_or_default()));
        rest = behind;
    }
    if let Some((block, behind)) = rest.split_at_checked(16) {
        c = c.wrapping_add(word(block));
        d = d.wrapping_add(word(block.get(8..).unwrap_or_default()));
        [a, b, c, d] = mixed([a, b, c, d]);
        rest = behind;
    }
    d = d.wrapping_add(length_of(bytes) << 56);
    if rest.is_empty() {
        c = c.wrapping_add(MIXED);
        d = d.wrapping_add(MIXED);
    } else {
        c = c.wrapping_add(word(rest));
        d = d.wrapping_add(word(rest.get(8..).unwrap_or_default()));
    }
    ended([a, b, c, d])
}

/// `x` is turned, the next variable is added to it, and the one across takes the sum in.
fn mixed([mut a, mut b, mut c, mut d]: [u64; 4]) -> [u64; 4] {
    for [for_c, for_d, for_a, for_b] in [[50, 52, 30, 41], [54, 48, 38, 37], [62, 34, 5, 36]] {
        c = c.rotate_left(for_c).wrapping_add(d);
        a ^= c;
        d = d.rotate_left(for_d).wrapping_add(a);
        b ^= d;
        a = a.rotate_left(for_a).wrapping_add(b);
        c ^= a;
        b = b.rotate_left(for_b).wrapping_add(c);
        d ^= b;
    }
    [a, b, c, d]
}

fn ended([mut a, mut b, mut c, mut d]: [u64; 4]) -> [u64; 2] {
    for [for_c, for_d, for_a, for_b] in [[15, 52, 26, 51], [28, 9, 47, 54]] {
        d ^= c;
        c = c.rotate_left(for_c);
        d = d.wrapping_add(c);
        a ^= d;
        d = d.rotate_left(for_d);
        a = a.wrapping_add(d);
        b ^= a;
        a = a.rotate_left(for_a);
        b = b.wrapping_add(a);
        c ^= b;
        b = b.rotate_left(for_b);
        c = c.wrapping_add(b);
    }
    d ^= c;
    c = c.rotate_left(32);
    d = d.wrapping_add(c);
    a ^= d;
    d = d.rotate_left(25);
    a = a.wrapping_add(d);
    b ^= a;
    a = a.rotate_left(63);
    b = b.wrapping_add(a);
    [a, b]
}

/// The variable so many places on.
fn after(place: usize, by: usize) -> usize {
    (place + by) % 12
}

fn long(bytes: &[u8]) -> [u64; 2] {
    let mut state: [u64; 12] = std::array::from_fn(|place| if place % 3 == 2 { MIXED } else { 0 });
    let (blocks, tail) = bytes.as_chunks::<96>();
    for block in blocks {
        round(&mut state, &words(block));
    }
    let mut last = [0_u8; 96];
    for (into, byte) in last.iter_mut().zip(tail) {
        *into = *byte;
    }
    if let Some(length) = last.last_mut() {
        *length = u8::try_from(tail.len()).unwrap_or(0);
    }
    for (variable, word) in state.iter_mut().zip(words(&last)) {
        *variable = variable.wrapping_add(word);
    }
    for _ in 0..3 {
        for (place, turn) in LAST_TURNS.iter().enumerate() {
            let (back, next, second) = (after(place, 11), after(place, 1), after(place, 2));
            let [of_back, of_next, of_second] = take(&state, [back, next, second]);
            let of_back = of_back.wrapping_add(of_next);
            put(&mut state, back, of_back);
            put(&mut state, second, of_second ^ of_back);
            put(&mut state, next, of_next.rotate_left(*turn));
        }
    }
    let [low, high] = take(&state, [0, 1]);
    [low, high]
}

fn words(block: &[u8; 96]) -> [u64; 12] {
    let (chunks, _) = block.as_chunks::<8>();
    let mut words = [0; 12];
    for (word, chunk) in words.iter_mut().zip(chunks) {
        *word = u64::from_le_bytes(*chunk);
    }
    words
}

fn round(state: &mut [u64; 12], data: &[u64; 12]) {
    for (place, (word, turn)) in data.iter().zip(TURNS).enumerate() {
        let (second, back) = (after(place, 2), after(place, 11));
        let [own, of_second, of_tenth, of_back, of_next] = take(
            state,
            [place, second, after(place, 10), back, after(place, 1)],
        );
        let own = own.wrapping_add(*word);
        put(state, second, of_second ^ of_tenth);
        // The variable behind takes this one in before it turns, and the next one after.
        let of_back = (of_back ^ own).wrapping_add(of_next);
        put(state, place, own.rotate_left(turn));
        put(state, back, of_back);
    }
}

fn take<const N: usize>(state: &[u64; 12], places: [usize; N]) -> [u64; N] {
    places.map(|place| state.get(place).copied().unwrap_or(0))
}

fn put(state: &mut [u64; 12], place: usize, value: u64) {
    if let Some(variable) = state.get_mut(place) {
        *variable = value;
    }
}
