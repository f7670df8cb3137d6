#!/usr/bin/perl
# Signing in and out; what another site's page is shown; forms.  Each wall has its pair: the same request with the right value
# passes, so that without the wall the refusal would not be there.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Test::More;

my $dir = scratch();
my $case = make_case("$dir/case");
my $html = 'Accept: text/html,application/xhtml+xml';
my $form = 'Content-Type: application/x-www-form-urlencoded';

sub status_of { return ($_[0] =~ m{^HTTP/1\.1 (\d+)})[0] // 'closed' }
sub ask {               # SERVER, LINE, HEADER...: a whole reply
        my ($s, $line, @headers) = @_;
        my $reply;
        for (1 .. 120) {        # 503: the case is being read
                $reply = raw($s, request($line, "Host: 127.0.0.1:$s->{port}", @headers));
                last if $reply !~ m{^HTTP/1\.1 503};
                select undef, undef, undef, 0.3;
        }
        return $reply;
}
sub send_form {         # SERVER, PATH, BODY, HEADER...
        my ($s, $path, $body, @headers) = @_;
        return raw($s, request("POST $path", "Host: 127.0.0.1:$s->{port}", $form, 'Content-Length: ' . length $body, @headers) . $body);
}
sub cookie_of { return ($_[0] =~ /^Set-Cookie: ([^;\r]+)/m)[0] }

# ---- the printed address (sign.c, em_signing_once)
my $s = Serve::launch({ token => '' }, '--case', $case, 'serve');
my ($once) = $s->{line} =~ /\?token=([0-9a-f]{32})$/;
ok($once, 'the address holds a token when none was given');
my $bearer;
for (1 .. 100) { ($bearer) = Serve::slurp("$s->{log}") =~ /Bearer ([0-9a-f]{32})/ and last; select undef, undef, undef, 0.1 }
ok($bearer && $bearer ne $once, 'and that of programs is another');
is(status_of(ask($s, 'GET /healthz?token=' . $once)), 200, 'an address that needs none does not use it up');
is(status_of(ask($s, 'GET /nowhere?token=' . $once)), 404, 'nor does one that is not there');
is(status_of(ask($s, "HEAD /?token=$once")), 401, 'nor a look at the head alone');
is(status_of(ask($s, 'GET /?token=' . substr $once, 1)), 401, 'a wrong one signs nobody in');
is(status_of(ask($s, "GET /?token=$bearer")), 401, 'nor does the token of programs in an address');
my $reply = ask($s, "GET /?token=$once", 'Sec-Fetch-Site: cross-site');
is(status_of($reply), 303, 'the right one does, wherever it was clicked');
like($reply, qr{^Location: /\r}m, 'and goes on to the timeline');
like($reply, qr{^Set-Cookie: embargo_$s->{port}=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict\r}m, 'with a cookie that scripts and other sites do not have');
my $cookie = cookie_of($reply);
unlike($cookie, qr/$once|$bearer/, 'which is neither of the tokens');
is(status_of(ask($s, "GET /?token=$once")), 401, 'the address signs in once');
is(status_of(ask($s, 'GET /', "Cookie: $cookie")), 200, 'the cookie opens the pages');
is(status_of(ask($s, 'GET /', 'Cookie: x=y; ' . $cookie)), 200, 'also beside another');
is(status_of(ask($s, 'GET /', "Cookie: x$cookie")), 401, 'under its own name only');
is(status_of(ask($s, 'GET /', 'Cookie: ' . substr $cookie, 0, -1)), 401, 'and whole');
is(status_of(ask($s, 'GET /', "Authorization: Bearer $bearer")), 200, 'a program shows its token');
is(status_of(ask($s, 'GET /', "Authorization: Bearer $once")), 401, 'which that of the address is not');

# ---- the form (sign.c, route.c refuse_as_page)
$reply = ask($s, 'GET /findings?known=2022-03-01', $html);
is(status_of($reply), status_of(ask($s, 'GET /findings?known=2022-03-01')), 'a person gets the same status as a program');
$reply = ask($s, 'GET /', $html);
is(status_of($reply), 401, 'nobody has signed in');
like($reply, qr{<form class="sign" method="post" action="/sign-in">.*<input type="hidden" name="next" value="/">.*<label>Token <input}s, 'a form asks for the token');
unlike($reply, qr{case</span>|known-on|Manifest|launch}i, 'and shows nothing of the case');
is(status_of(send_form($s, '/sign-in', 'token=wrong')), 401, 'a wrong token is refused');
$reply = send_form($s, '/sign-in', "token=$bearer&next=/index.json");
is(status_of($reply), 303, 'the right one signs in');
like($reply, qr{^Location: /index\.json\r}m, 'and goes on to where one wanted to go');
isnt(cookie_of($reply), $cookie, 'with a cookie of its own');
my $second = cookie_of($reply);
like(send_form($s, '/sign-in', "token=$bearer&next=$_"), qr{^Location: /\r}m, "but to no other host: $_")
        for '//evil.example', 'https://evil.example/', '/%5Cevil.example', '/%0d%0aX:', 'x';

# ---- other origins and sites (route.c, check_origin)
is(status_of(send_form($s, '/sign-in', "token=$bearer", 'Origin: http://evil.example')), 403, 'another page cannot sign a browser in');
is(status_of(send_form($s, '/sign-in', "token=$bearer", "Origin: http://127.0.0.1:$s->{port}")), 303, 'our own can');
for my $site ('cross-site', 'same-site') {
        $reply = ask($s, 'GET /', $html, "Cookie: $cookie", "Sec-Fetch-Site: $site");
        is(status_of($reply), 403, "a link of another page shows nothing, cookie or not ($site)");
        like($reply, qr{<a href="/">go on</a>}, 'but offers to go on');
        unlike($reply, qr{Manifest|As known on}, 'and nothing of the case');
}
is(status_of(ask($s, 'GET /', $html, "Cookie: $cookie", "Sec-Fetch-Site: $_")), 200, "shown: $_") for 'same-origin', 'none';
like(ask($s, 'GET /"><script>alert(1)</script>', $html, 'Sec-Fetch-Site: cross-site'), qr/^HTTP\/1\.1 40\d(?!.*<script>alert)/s, 'the address is not put out raw');

# ---- headers of every page (listen.c, set_headers)
$reply = ask($s, 'GET /', $html, "Cookie: $cookie");
like($reply, qr/^\Q$_\E\r/m, $_) for 'X-Content-Type-Options: nosniff', 'Referrer-Policy: same-origin', 'Cross-Origin-Resource-Policy: same-origin',
        'Cross-Origin-Opener-Policy: same-origin';
my ($policy) = $reply =~ /^Content-Security-Policy: ([^\r]+)/m;
like($policy, qr/(?:^|; )\Q$_\E(?:;|$)/, "policy: $_") for "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
        "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'";
unlike($policy, qr/unsafe|\*/, 'and nothing unsafe');
unlike($reply, qr/Access-Control-Allow/, 'no other origin may read it');
unlike($reply, qr/\sstyle="|\son[a-z]+="|<script(?![^>]*\ssrc=)/i, 'the page itself needs nothing that the policy forbids');

# ---- signing out, and the token of forms (route.c, check_form)
my ($token) = $reply =~ m{action="/sign-out"><input type="hidden" name="form" value="([0-9a-f]{32})">};
ok($token, 'a page offers to sign out');
$reply = ask($s, 'GET /', $html, "Cookie: $second");
my ($tag) = $reply =~ /^ETag: ("[^"\r]+")\r/m;
my ($other) = $reply =~ m{action="/sign-out"><input type="hidden" name="form" value="([0-9a-f]{32})">};
isnt($other, $token, 'the same page, kept for all, has another token for another session');
is(status_of(ask($s, 'GET /', $html, "Cookie: $second", "If-None-Match: $tag")), 304, 'a session that has the page is told so');
is(status_of(ask($s, 'GET /', $html, "Cookie: $cookie", "If-None-Match: $tag")), 200, 'another session is not: its forms would not be its own');
is(status_of(send_form($s, '/sign-out', "form=$token", "Cookie: $second")), 403, 'the token of one session is refused for another');
is(status_of(send_form($s, '/sign-out', '', "Cookie: $second")), 403, 'not without the token of forms');
is(status_of(send_form($s, '/sign-out', 'form=' . '0' x 32, "Cookie: $second")), 403, 'nor with a wrong one');
is(status_of(ask($s, 'GET /sign-out', "Cookie: $second")), 405, 'nor by a link');
is(status_of(ask($s, 'GET /', "Cookie: $second")), 200, 'so one is still signed in');
$reply = send_form($s, '/sign-out', "form=$other", "Cookie: $second");
is(status_of($reply), 303, 'with its own it is signed out');
like($reply, qr{^Set-Cookie: embargo_$s->{port}=; .*Max-Age=0}m, 'the browser forgets the cookie');
is(status_of(ask($s, 'GET /', "Cookie: $second")), 401, 'and so have we');
is(status_of(ask($s, 'GET /', "Cookie: $cookie")), 200, 'the other session goes on');
is(status_of(send_form($s, '/sign-out', "form=$other", "Cookie: $cookie")), 403, 'for which the token of the one that is over is nothing');
is(status_of(ask($s, 'GET /', "Cookie: $cookie")), 200, 'so that it still goes on');

# ---- tries (session.c): 20 failures of one address are free
my $waits = 0;
for my $i (1 .. 30) { $waits++ if status_of(send_form($s, '/sign-in', 'token=wrong')) eq '429' }
cmp_ok($waits, '>', 0, 'many wrong tokens make one wait');
like(send_form($s, '/sign-in', "token=$bearer"), qr{^HTTP/1\.1 (?:429.*^Retry-After: \d+\r|303)}ms, 'the right one too, and it is said how long');
is(status_of(ask($s, 'GET /', "Authorization: Bearer $bearer")), 200, 'but not who has the token in a header');
is(stop($s), 0, 'ends well');

# ---- nobody is asked
my $open = start_case($case, '--open');
is(status_of(ask($open, 'GET /')), 200, '--open asks for nothing');
is(status_of(ask($open, 'GET /', 'Sec-Fetch-Site: cross-site')), 403, 'but shows nothing to another page');
unlike(ask($open, 'GET /'), qr{sign-out}, 'and there is nothing to sign out of');
is(stop($open), 0, 'ends well');

# ---- others than this machine: never by accident
for my $words (['--listen', '0.0.0.0'], ['--listen', '192.0.2.7', '--accounts', 'x'], ['--listen', '::', '--tls-cert', 'a', '--tls-key', 'b'],
        ['--listen', '0.0.0.0', '--open'], ['--tls-cert', 'a'], ['--accounts', 'x', '--open']) {
        my $try = Serve::launch({ wait => 0 }, '--case', $case, 'serve', @$words);
        is($try->{failed} // 0, 2, "refused: @$words");
        stop($try) if $try->{pid};
}
done_testing();
