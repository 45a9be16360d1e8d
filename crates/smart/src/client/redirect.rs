//! Addresses that a program may have people sent to (RFC 9700, 2.1; RFC 8252, 7).

/// Longer is no address that a browser keeps whole.
const ADDRESS_MAX: usize = 2000;

/// Whether an address may be registered as one to be sent to: `https`, `http` on this very machine by number, or a scheme of
/// the program's own.
pub(crate) fn may_be_sent_to(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    if !is_plain(address) {
        return false;
    }
    match scheme {
        "https" => host_of(rest).is_some_and(is_host),
        "http" => host_of(rest).is_some_and(|host| matches!(without_port(host), Some("127.0.0.1" | "[::1]"))),
        // Whoever owns a domain owns the scheme made of it; a word alone may be anybody's, `javascript` among them.
        own => own.contains('.') && own.starts_with(|sign: char| sign.is_ascii_lowercase()) && own.bytes().all(is_of_scheme) && rest.starts_with('/'),
    }
}

/// Whether an address may be registered as the page by which a chart opens a program.
pub(crate) fn may_be_opened(address: &str) -> bool {
    (address.starts_with("https:") || address.starts_with("http:")) && may_be_sent_to(address)
}

fn is_of_scheme(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+')
}

/// No fragment, star, blank, backslash or anything that two readers read in two ways.
fn is_plain(address: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'*' | b'\\' | b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | b'|' | b'^');
    address.len() <= ADDRESS_MAX && address.bytes().all(plain) && !address.contains("/../") && !address.ends_with("/..")
}

/// Host and port, if there is no user before them.
fn host_of(rest: &str) -> Option<&str> {
    let authority = rest.strip_prefix("//")?.split(['/', '?']).next()?;
    (!authority.is_empty() && !authority.contains('@')).then_some(authority)
}

fn without_port(host: &str) -> Option<&str> {
    let Some((name, port)) = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) else { return Some(host) };
    port.parse::<u16>().is_ok().then_some(name)
}

fn is_host(host: &str) -> bool {
    let Some(name) = without_port(host) else { return false };
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) && !name.starts_with(['.', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cl_2_addresses_that_may_be_registered() {
        for address in [
            "https://app.test/callback",
            "https://app.test",
            "https://app.test:8443/cb?tenant=1",
            "http://127.0.0.1:5000/cb",
            "http://[::1]:80/",
            "ma.hopital.chart:/cb",
        ] {
            assert!(may_be_sent_to(address), "{address}");
        }
    }

    #[test]
    fn cl_2_addresses_that_may_not() {
        for address in [
            "",
            "app.test/cb",
            "http://app.test/cb",
            "http://localhost/cb",
            "http://127.0.0.1.evil.test/",
            "http://127.0.0.1@evil.test/",
            "https:app.test",
            "https://",
            "https://user@app.test/cb",
            "https://user:pw@app.test/",
            "https://app.test/cb#x",
            "https://*.app.test/cb",
            "https://app.test/a b",
            "https://app.test/cb\n",
            "https://app.test\\@evil.test/",
            "https://app.test/a/../b",
            "https://app.test:port/",
            "javascript:alert(1)",
            "data:text/html,x",
            "app:/cb",
            "ma.hopital:cb",
            "https://ápp.test/",
        ] {
            assert!(!may_be_sent_to(address), "{address}");
        }
        assert!(!may_be_opened("ma.hopital.chart:/cb") && may_be_opened("https://app.test/launch"));
    }
}
