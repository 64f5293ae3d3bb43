//! URIs as `java.net.URI` reads them: RFC 2396 with the deviations that Java documents.

use std::net::Ipv6Addr;

/// The parts of a URI, as they are written. An opaque URI, as of a mail address, has no path.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Uri<'a> {
    pub(super) scheme: Option<&'a str>,
    pub(super) host: Option<&'a str>,
    pub(super) port: Option<i64>,
    pub(super) path: Option<&'a str>,
    pub(super) query: Option<&'a str>,
    pub(super) fragment: Option<&'a str>,
}

impl<'a> Uri<'a> {
    /// Reads a URI; `None` if the text is none.
    pub(super) fn parse(text: &'a str) -> Option<Uri<'a>> {
        let mut uri = Uri::default();
        let rest = match text.split_once([':', '/', '?', '#']) {
            Some((scheme, rest)) if text.as_bytes().get(scheme.len()) == Some(&b':') => {
                uri.scheme = Some(scheme).filter(|scheme| is_scheme(scheme));
                uri.scheme?;
                if rest.starts_with('/') {
                    uri.parse_hierarchical(rest)?
                } else {
                    let (opaque, rest) = split_before(rest, &['#']);
                    if opaque.is_empty() || !is_all(opaque, is_uric) {
                        return None;
                    }
                    rest
                }
            }
            _ => uri.parse_hierarchical(text)?,
        };
        if let Some(fragment) = rest.strip_prefix('#') {
            if !is_all(fragment, is_uric) {
                return None;
            }
            uri.fragment = Some(fragment);
        }
        Some(uri)
    }

    /// Reads `//authority/path?query` and returns what follows.
    fn parse_hierarchical(&mut self, text: &'a str) -> Option<&'a str> {
        let mut rest = text;
        if let Some(after) = rest.strip_prefix("//") {
            let (authority, after_authority) = split_before(after, &['/', '?', '#']);
            if !authority.is_empty() {
                self.parse_authority(authority)?;
            } else if after.is_empty() {
                return None;
            }
            rest = after_authority;
        }
        let (path, mut rest) = split_before(rest, &['?', '#']);
        if !is_all(path, is_path) {
            return None;
        }
        self.path = Some(path);
        if let Some(after) = rest.strip_prefix('?') {
            let (query, after_query) = split_before(after, &['#']);
            if !is_all(query, is_uric) {
                return None;
            }
            self.query = Some(query);
            rest = after_query;
        }
        Some(rest)
    }

    /// An authority is a server if it can be read so, else a name in some registry, which has no host.
    fn parse_authority(&mut self, authority: &'a str) -> Option<()> {
        // Percent signs of scopes need not begin escapes.
        let server = is_all(authority, |byte| is_server(byte) || byte == b'%');
        let registered = scan(authority, is_registered_name)?;
        if server && let Some((host, port)) = parse_server(authority) {
            self.host = Some(host);
            self.port = port;
            return Some(());
        }
        registered.then_some(())
    }
}

/// The text before the first of the characters, and the rest with it.
fn split_before<'a>(text: &'a str, stops: &[char]) -> (&'a str, &'a str) {
    text.split_at(text.find(stops).unwrap_or(text.len()))
}

/// `[user@]host[:port]`
fn parse_server(authority: &str) -> Option<(&str, Option<i64>)> {
    let server = match authority.split_once('@') {
        Some((user, server)) => {
            if !is_all(user, is_user_info) {
                return None;
            }
            server
        }
        None => authority,
    };
    let host_length = if server.starts_with('[') {
        let close = server.find(']')?;
        if !is_ipv6(server.get(1..close)?) {
            return None;
        }
        close + 1
    } else {
        ipv4_length(server).or_else(|| host_name_length(server))?
    };
    let (host, rest) = server.split_at_checked(host_length)?;
    let port = match rest.strip_prefix(':') {
        Some("") => None,
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(i64::from(port.parse::<i32>().ok()?))
        }
        None if rest.is_empty() => None,
        _ => return None,
    };
    Some((host, port))
}

fn is_ipv6(text: &str) -> bool {
    let (address, scope) = match text.split_once('%') {
        Some((address, scope)) => (address, Some(scope)),
        None => (text, None),
    };
    address.parse::<Ipv6Addr>().is_ok()
        && scope.is_none_or(|scope| {
            !scope.is_empty()
                && scope
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
        })
}

/// How long the IPv4 address is with which a server begins, if nothing but a port follows.
fn ipv4_length(server: &str) -> Option<usize> {
    let end = server
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(server.len());
    let (address, rest) = server.split_at(end);
    let bytes = address
        .split('.')
        .map(str::parse::<u8>)
        .collect::<Result<Vec<u8>, _>>();
    let complete = bytes.is_ok_and(|bytes| bytes.len() == 4);
    (complete && (rest.is_empty() || rest.starts_with(':'))).then_some(end)
}

/// How long the host name is with which a server begins. Its labels are letters and digits, with hyphens within; the last of several begins
/// with a letter.
fn host_name_length(server: &str) -> Option<usize> {
    let end = server.find(':').unwrap_or(server.len());
    let name = server.get(..end)?;
    let labels = name.strip_suffix('.').unwrap_or(name);
    let well_formed = labels.split('.').all(|label| {
        label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && label.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !label.ends_with('-')
    });
    let last = match labels.rsplit_once('.') {
        Some((_, last)) => last.starts_with(|c: char| c.is_ascii_alphabetic()),
        None => true,
    };
    (well_formed && last).then_some(end)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Whether all characters are allowed. Escapes and visible characters beyond ASCII always are.
fn is_all(text: &str, allowed: fn(u8) -> bool) -> bool {
    scan(text, allowed) == Some(true)
}

/// The same; `None` if a percent sign that begins no escape comes before a character that is not allowed.
fn scan(text: &str, allowed: fn(u8) -> bool) -> Option<bool> {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() && allowed(byte) => 1,
            Ok(b'%') if escape_at(rest) => 3,
            Ok(b'%') => return None,
            _ if is_visible_beyond_ascii(c) => c.len_utf8(),
            _ => return Some(false),
        };
        rest = rest.get(length..).unwrap_or("");
    }
    Some(true)
}

fn escape_at(text: &str) -> bool {
    text.as_bytes()
        .get(1..3)
        .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// What Java's `Character` calls neither a space nor a control.
fn is_visible_beyond_ascii(c: char) -> bool {
    !c.is_ascii()
        && !matches!(
            c,
            '\u{80}'..='\u{A0}'
                | '\u{1680}'
                | '\u{2000}'..='\u{200A}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202F}'
                | '\u{205F}'
                | '\u{3000}'
        )
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte)
}

fn is_uric(byte: u8) -> bool {
    is_unreserved(byte) || b";/?:@&=+$,[]".contains(&byte)
}

fn is_path(byte: u8) -> bool {
    is_unreserved(byte) || b":@&=+$,;/".contains(&byte)
}

fn is_user_info(byte: u8) -> bool {
    is_unreserved(byte) || b";:&=+$,".contains(&byte)
}

fn is_registered_name(byte: u8) -> bool {
    is_unreserved(byte) || b"$,;:@&=+".contains(&byte)
}

fn is_server(byte: u8) -> bool {
    is_user_info(byte) || b".:@[]-".contains(&byte)
}

/// Adds a part with its escapes resolved. Bytes that are no text become replacement characters.
pub(super) fn decode(part: &str, decoded: &mut String) {
    let mut rest = part;
    while let Some((before, _)) = rest.split_once('%') {
        decoded.push_str(before);
        rest = rest.get(before.len()..).unwrap_or("");
        let mut bytes = Vec::new();
        while rest.starts_with('%') {
            let byte = rest
                .get(1..3)
                .and_then(|digits| u8::from_str_radix(digits, 16).ok());
            bytes.extend(byte);
            rest = rest.get(3..).unwrap_or("");
        }
        decoded.push_str(&String::from_utf8_lossy(&bytes));
    }
    decoded.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::Uri;

    #[test]
    fn hosts_and_ports_are_of_servers_only() {
        for (url, host, port) in [
            ("http://example.com:80/", Some("example.com"), Some(80)),
            ("http://example.com:/", Some("example.com"), None),
            (
                "http://u:p@Host-1.example.com.",
                Some("Host-1.example.com."),
                None,
            ),
            ("//localhost", Some("localhost"), None),
            ("http://1.2.3.4:5", Some("1.2.3.4"), Some(5)),
            ("http://[::1]:80/x", Some("[::1]"), Some(80)),
            ("http://[fe80::1%eth0]/", Some("[fe80::1%eth0]"), None),
            ("http://1/", Some("1"), None),
            ("http://256.1.1.1/", None, None),
            ("http://a_b.com/", None, None),
            ("http://-a.com/", None, None),
            ("http://ex%41mple.com/", None, None),
            ("http://爱.com/", None, None),
            ("http://a:99999999999/", None, None),
            ("file:///etc/hosts", None, None),
        ] {
            let uri = Uri::parse(url).unwrap_or_else(|| panic!("{url}"));
            assert_eq!((uri.host, uri.port), (host, port), "{url}");
        }
    }

    #[test]
    fn what_breaks_the_syntax_is_no_uri() {
        for text in [
            "http://",
            "http:",
            ":x",
            "1http://x",
            "http://a b/",
            "/a b",
            "/a%2",
            "/a%zz",
            "?[^]",
            "#a#b",
            "http://[::g]/",
            "http://[::1/",
            "http://a%zz/",
            "http://a\u{a0}/",
            "x:\"",
            "http://a]/",
        ] {
            assert_eq!(Uri::parse(text), None, "{text}");
        }
    }

    #[test]
    fn parts_may_be_missing_or_empty() {
        let uri = Uri::parse("?#").unwrap();
        assert_eq!(
            (uri.path, uri.query, uri.fragment),
            (Some(""), Some(""), Some(""))
        );
        let uri = Uri::parse("").unwrap();
        assert_eq!((uri.path, uri.query, uri.fragment), (Some(""), None, None));
        let uri = Uri::parse("http://?q").unwrap();
        assert_eq!((uri.host, uri.query), (None, Some("q")));
        let uri = Uri::parse("a/b:c?d[e]#é").unwrap();
        assert_eq!((uri.scheme, uri.path), (None, Some("a/b:c")));
        assert_eq!((uri.query, uri.fragment), (Some("d[e]"), Some("é")));
    }
}
