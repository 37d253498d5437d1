//! E-mail addresses, URLs, IP addresses.

use xtsqlorm::operations::validators::{IpVersion, UrlScheme, email, ip, url};

use super::{accepts, refuses};

/// What people have, and what they or others type instead.
#[test]
fn emails() {
    let local = "a".repeat(64);
    let longest = format!(
        "{local}@{}.{}.{}.com",
        "b".repeat(63),
        "c".repeat(63),
        "d".repeat(57)
    );
    assert_eq!(longest.len(), 254);
    accepts(
        email,
        &[
            "a@example.com",
            "Ada.Lovelace+news@Mail.Example.co.uk",
            "o'neil@example.ie",
            "x_y-z@sub-domain.example.museum",
            "1234567@qq.com",
            "ada@münchen.de",
            "ada@例子.中国",
            "ada@пример.рф",
            "ada@xn--fsqu00a.xn--fiqs8s",
            "ada@bücher-café.example",
            &longest,
        ],
    );
    let too_long = format!(
        "{local}@{}.{}.{}.com",
        "b".repeat(63),
        "c".repeat(63),
        "d".repeat(58)
    );
    let long_local = format!("a{local}@example.com");
    let long_label = format!("a@{}.com", "b".repeat(64));
    refuses(
        email,
        "email",
        &[
            ("", "missing_at"),
            ("ada", "missing_at"),
            ("ada＠example.com", "missing_at"), // full-width @
            ("@example.com", "local_part"),
            ("ada lovelace@example.com", "local_part"),
            (" ada@example.com", "local_part"),
            ("ada.@example.com", "local_part"),
            (".ada@example.com", "local_part"),
            ("a..b@example.com", "local_part"),
            ("\"a b\"@example.com", "local_part"),
            ("аda@example.com", "local_part"), // Cyrillic а
            ("１２３@qq.com", "local_part"),   // full-width digits
            ("\u{202e}ada@example.com", "local_part"),
            ("ada\u{200b}@example.com", "local_part"),
            ("Ada <ada@example.com>", "local_part"),
            ("ada@example.com ", "domain"),
            ("ada@example.com\n", "domain"),
            ("ada@example.com\r\nBcc: all@example.com", "domain"),
            ("ada@example.com\u{200b}", "domain"),
            ("ada@\u{202e}moc.elpmaxe", "domain"),
            ("ada@example.com,bob@example.com", "domain"),
            ("ada@bob@example.com", "domain"),
            ("ada@", "domain"),
            ("ada@localhost", "domain"),
            ("ada@example", "domain"),
            ("ada@.com", "domain"),
            ("ada@example..com", "domain"),
            ("ada@example.com.", "domain"),
            ("ada@-example.com", "domain"),
            ("ada@exam_ple.com", "domain"),
            ("ada@127.0.0.1", "domain"),
            ("ada@[127.0.0.1]", "domain"),
            ("ada@example.123", "domain"),
            ("ada@ｅxample.com", "domain"),      // full-width letter
            ("ada@example。com", "domain"),      // ideographic full stop
            ("ada@exam\u{ad}ple.com", "domain"), // soft hyphen
            ("ada@exаmple.com", "look_alike"),   // Cyrillic а
            ("ada@аррӏе.com", "look_alike"),     // all of it Cyrillic
            ("ada@xn--80ak6aa92e.com", "look_alike"), // the same in its ASCII form
            ("ada@gοοgle.com", "look_alike"),    // Greek omicron
            (&too_long, "too_long"),
            (&long_local, "too_long"),
            (&long_label, "domain"),
        ],
    );
}

/// Where a browser would go elsewhere than the text says, or mend it, there is no URL.
#[test]
fn https_urls() {
    let https = url(UrlScheme::Https);
    accepts(
        &https,
        &[
            "https://example.com",
            "HTTPS://Example.com:8443/a/b.html?q=1&r=%20#top",
            "https://sub.example.co.uk/路径?q=美咲",
            "https://例子.中国/",
            "https://münchen.de/",
            "https://203.0.113.7/",
            "https://[2001:db8::7]:8443/",
            "https://example.com/@ada",
            "https://example.com/?next=a@b",
            "https://example.com/a[1]",
        ],
    );
    refuses(
        &https,
        "url",
        &[
            ("", "scheme"),
            ("example.com", "scheme"),
            ("//example.com/", "scheme"),
            ("http://example.com/", "scheme"),
            ("ftp://example.com/", "scheme"),
            ("javascript:alert(1)", "scheme"),
            ("javascript://example.com/%0aalert(1)", "scheme"),
            ("data:text/html,<script>alert(1)</script>", "scheme"),
            ("file:///etc/passwd", "scheme"),
            ("https:example.com", "scheme"),
            ("https:/example.com", "scheme"),
            ("ｈttps://example.com/", "scheme"),
            (" https://example.com/", "scheme"),
            ("\u{feff}https://example.com/", "scheme"),
            ("https://example.com/ ", "characters"),
            ("https://example.com/\n", "characters"),
            ("https://exam\tple.com/", "characters"),
            ("https://example.com/a b", "characters"),
            ("https://example.com\\@evil.example/", "characters"),
            ("https://example.com/\u{202e}gpj.exe", "characters"),
            ("https://example.com/\u{200b}", "characters"),
            ("https://example.com/<script>", "characters"),
            ("https://user:pass@example.com/", "credentials"),
            ("https://example.com:443@evil.example/", "credentials"),
            ("https://example.com%40@evil.example/", "credentials"),
            ("https://@example.com/", "credentials"),
            ("https://", "host"),
            ("https:///example.com/", "host"),
            ("https://localhost/", "host"),
            ("https://example.com:99999/", "host"),
            ("https://example.com:port/", "host"),
            ("https://ex%61mple.com/", "host"),
            ("https://example..com/", "host"),
            ("https://-example.com/", "host"),
            ("https://127.1/", "host"),
            ("https://2130706433/", "host"),
            ("https://0x7f.0.0.1/", "host"),
            ("https://0177.0.0.1/", "host"),
            ("https://１２７.0.0.1/", "host"),
            ("https://example。com/", "host"),
            ("https://ｅxample.com/", "host"),
            ("https://[2001:db8::zz]/", "host"),
            ("https://аpple.com/", "look_alike"),
            ("https://www.аррӏе.com/", "look_alike"),
            ("https://xn--80ak6aa92e.com/", "look_alike"),
        ],
    );
}

/// `http` has to be allowed by name, and then nothing else comes with it.
#[test]
fn http_urls_where_they_are_allowed() {
    let any = url(UrlScheme::HttpOrHttps);
    accepts(&any, &["http://example.com/", "https://example.com/"]);
    refuses(
        &any,
        "url",
        &[
            ("ftp://example.com/", "scheme"),
            ("http://u:p@example.com/", "credentials"),
        ],
    );
}

/// An address that both versions share is an address.
#[test]
fn ip_addresses() {
    let (four, six) = (
        ["1.2.3.4", "255.255.255.255", "0.0.0.0"],
        ["::1", "2001:db8::7", "::"],
    );
    let mapped = ["::ffff:1.2.3.4", "::FFFF:102:304"];
    for good in [&four[..], &six, &mapped] {
        accepts(ip(IpVersion::Any), good);
    }
    accepts(ip(IpVersion::V4), &four);
    accepts(ip(IpVersion::V6), &six);
    accepts(ip(IpVersion::V6), &mapped);
    let bad = |reason| {
        [
            "",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.256",
            "01.2.3.4",
            "0x1.2.3.4",
            "16909060",
            " 1.2.3.4",
            "1.2.3.4 ",
            "1.2.3.4\n",
            "1.2.3.4:80",
            "1.2.3.0/24",
            "１.２.３.４",
            "1。2。3。4",
            "1.2.3.4\u{200e}",
            "-1.2.3.4",
            "[::1]",
            "::1%eth0",
            "1::2::3",
            "::ffff:1.2.3.400",
            "localhost",
        ]
        .map(|value| (value, reason))
    };
    refuses(ip(IpVersion::Any), "ip", &bad("any"));
    refuses(ip(IpVersion::V4), "ip", &bad("v4"));
    refuses(ip(IpVersion::V4), "ip", &six.map(|value| (value, "v4")));
    refuses(ip(IpVersion::V6), "ip", &four.map(|value| (value, "v6")));
}
