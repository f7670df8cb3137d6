#!/usr/bin/perl
# Who may not ask: wrong host, origin, token, method, size; and what broken bytes get.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Test::More;

my $dir = scratch();
make_index("$dir/names.idx");
my $s = start("$dir/names.idx", '--origin', 'http://127.0.0.1:3333', '--host', 'screen.example');
my $bearer = 'Authorization: Bearer ' . TOKEN;

sub status_of { return (raw($s, $_[0]) =~ m{^HTTP/1\.1 (\d+)})[0] }
my $host = "Host: 127.0.0.1:$s->{port}";

# ---- host: what DNS rebinding would send
is(status_of(request('GET /catalog', $_, $bearer)), 200, "taken: $_")
        for $host, "Host: localhost:$s->{port}", 'Host: LOCALHOST', "Host: [::1]:$s->{port}", 'Host: screen.example';
is(status_of(request('GET /catalog', $_, $bearer)), 421, "refused: $_")
        for 'Host: attacker.example', 'Host: 127.0.0.1.attacker.example', 'Host: localhost:1x', 'Host: 127.0.0.1@attacker.example',
        'Host: [::1', 'Host: ';
is(status_of(request('GET /healthz', 'Host: attacker.example')), 421, 'the state of health too');

# ---- origin
is(status_of(request('GET /catalog', $host, $bearer, $_)), 403, "refused: $_")
        for 'Origin: http://attacker.example', 'Origin: null', "Origin: https://127.0.0.1:$s->{port}", 'Origin: http://127.0.0.1:3333';
is(status_of(request('GET /catalog', $host, $bearer, "Origin: http://127.0.0.1:$s->{port}")), 200, 'our own pages may ask');
my $cors = raw($s, request('GET /reconcile/default', $host, $bearer, 'Origin: http://127.0.0.1:3333'));
like($cors, qr{^HTTP/1\.1 200.*Access-Control-Allow-Origin: http://127\.0\.0\.1:3333\r\n}s, 'an allowed page may reconcile');
unlike($cors, qr/Allow-Credentials/, 'without our cookie');
like(raw($s, request('OPTIONS /reconcile/default', $host, 'Origin: http://127.0.0.1:3333')), qr{^HTTP/1\.1 204.*Allow-Methods: GET, POST}s,
        'and may ask first whether it may');
is(status_of(request('GET /reconcile/default', $host, $bearer, 'Origin: http://127.0.0.1:3334')), 403, 'another may not');

# ---- token
is(status_of(request('GET /catalog', $host)), 401, 'no token');
is(status_of(request('GET /catalog', $host, 'Authorization: Bearer ' . substr TOKEN, 1)), 401, 'a wrong token');
is(status_of(request('GET /catalog', $host, 'Authorization: Bearer ')), 401, 'an empty token');
is(status_of(request('GET /catalog', $host, 'Authorization: ApiKey ' . TOKEN)), 200, 'as ApiKey, which yente clients send');
is(status_of(request('GET /catalog', $host, "Cookie: a=b; embargo_$s->{port}=" . TOKEN)), 401, 'but not as a cookie: that is a session\'s');
is(status_of(request('GET /healthz', $host)), 200, 'the state of health needs none');
is(status_of(request('GET /?token=' . TOKEN, $host)), 401, 'nor in an address, which stays in histories and logs');

# ---- method, address
like(raw($s, request('GET /match/default', $host, $bearer)), qr{^HTTP/1\.1 405.*Allow: POST\r\n}s, 'a method that the address does not take');
like(raw($s, request('DELETE /reconcile/default', $host, $bearer)), qr{^HTTP/1\.1 405.*Allow: GET, HEAD, POST\r\n}s, 'or no address takes');
is(status_of(request('GET /../catalog', $host, $bearer)), 404, 'no way up');
is(status_of(request('GET /entities/', $host, $bearer)), 404, 'an id that is not there');
is(status_of(request('GET /search/default?q=%FF', $host, $bearer)), 400, 'a name that is not UTF-8');
is(status_of(request('GET /search/default?q=%00', $host, $bearer)), 400, 'a NUL');
is(status_of(request('GET /search/default?limit=-1', $host, $bearer)), 400, 'a limit below nothing');
is(status_of(request('GET /search/default?' . join('&', ('a=b') x 501), $host, $bearer)), 413, 'too many parameters');

# ---- size
is(status_of(request('POST /match/default', $host, $bearer, 'Content-Length: 1048577')), 413, 'too large by its own word, before it is read');
is(status_of(request('POST /match/default', $host, $bearer, 'Content-Length: 1048576') . ('x' x 1048576)), 400, 'the largest is read');
my $chunk = sprintf("%x\r\n%s\r\n", 65536, 'x' x 65536);
is(status_of(request('POST /match/default', $host, $bearer, 'Transfer-Encoding: chunked') . ($chunk x 17) . "0\r\n\r\n"), 413,
        'too large in pieces');
like(status_of(request('GET /catalog', $host, $bearer, 'X-Long: ' . ('y' x 100000))) // 'closed', qr/^(431|413|400|closed)$/, 'a head without end');
is(status_of(request('POST /match/default', $host, 'Content-Length: 100')), 401, 'without the token the body is not waited for');

# ---- broken bytes
for my $bytes ("\0\0\0\0\r\n\r\n", "GET\r\n\r\n", 'x' x 70000, "GET / HTTP/9.9\r\n\r\n", "POST /match/default HTTP/1.1\r\n$host\r\n$bearer\r\nContent-Length: -5\r\n\r\n",
        "POST /match/default HTTP/1.1\r\n$host\r\n$bearer\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n") {
        my ($status) = (raw($s, $bytes, 15) // '') =~ m{^HTTP/1\.\d (\d+)};
        ok(!defined $status || $status >= 400, 'broken bytes are refused or cut off');
}
is(get($s, '/healthz')->{status}, 200, 'and the server lives');

is(stop($s), 0, 'ends well');

my $open = start("$dir/names.idx", '--open');
is(get($open, '/catalog', Authorization => '')->{status}, 200, '--open asks for no token');
is(post($open, '/updatez', '', Authorization => 'Bearer x')->{status}, 403, 'but updates stay refused');
is(stop($open, 'INT'), 0, 'Ctrl-C ends it well');
done_testing();
