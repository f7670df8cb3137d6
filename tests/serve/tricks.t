#!/usr/bin/perl
# Addresses that mean to be others, heads that two readers would read differently, and more headers than there is room
# for.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Test::More;

my $dir = scratch();
my $case = make_case("$dir/case");
my $s = start_case($case);
my $bearer = 'Authorization: Bearer ' . TOKEN;
my $host = "Host: 127.0.0.1:$s->{port}";
$SIG{PIPE} = 'IGNORE';

sub status_of { return ((raw($s, $_[0], 15) // '') =~ m{^HTTP/1\.\d (\d+)})[0] // 'closed' }

# ---- addresses
is(patient($s, '/')->{status}, 200, 'the case has been read');
my $secret = 'case.db';
for my $path ('/../case.db', '/..%2fcase.db', '/%2e%2e/case.db', '/%2e%2e%2fcase.db', '/ui/../case.db', '/ui/..%2f..%2fcase.db', '/ui/%2e%2e%2fcase.db',
        '/ui/..%5ccase.db', '/ui/%252e%252e%252fcase.db', '/ui/%c0%ae%c0%ae%c0%afcase.db', '/ui/..%c0%afcase.db', '/ui/%e0%80%ae%e0%80%ae', '/ui/style.css%00.js',
        '/ui/style.css/', '/ui//style.css', '//ui/style.css', '/./ui/style.css', '/ui/./style.css', '/UI/style.css', '/ui/style.css;x', '/ui%2fstyle.css',
        '///etc/passwd', '/etc/passwd', '/ui//etc/passwd', '/ui/%2fetc%2fpasswd', '/evidence/..%2f..%2fcase.db', '/evidence/%2fetc%2fpasswd/bytes',
        '/records/%2e%2e', '/findings/..', '/measures/%00', '/charts/../../x.svg', '/findings/%ff', 'ui/style.css', '*', '/%', '/%2', '/findings/%zz') {
        my $reply = raw($s, request("GET $path", $host, $bearer), 15);
        my ($status) = $reply =~ m{^HTTP/1\.1 (\d+)};
        like($status // 'closed', qr/^(400|404|closed)$/, "nothing at $path");
        unlike($reply, qr/SQLite format 3|root:x:0|\bfont-family\b/, 'and nothing of a file');
}
is(status_of(request('GET http://attacker.example/catalog', $host, $bearer)), 404, 'an absolute address is none of ours');
like(status_of("GET /a b HTTP/1.1\r\n$host\r\n$bearer\r\nConnection: close\r\n\r\n"), qr/^(400|closed)$/, 'a blank in an address');
like(status_of("GET /catalog\t HTTP/1.1\r\n$host\r\n$bearer\r\nConnection: close\r\n\r\n"), qr/^(400|closed)$/, 'a tab');
like(status_of("GET /cata\x01log HTTP/1.1\r\n$host\r\n$bearer\r\nConnection: close\r\n\r\n"), qr/^(400|closed)$/, 'a control character');
like(status_of('GET /' . 'a' x 60000 . " HTTP/1.1\r\n$host\r\n$bearer\r\nConnection: close\r\n\r\n"), qr/^(404|414|431|closed)$/, 'a very long one');

# ---- heads that two readers would read differently (RFC 9112, section 11.2): the second request must never be answered
my $inner = "GET /catalog HTTP/1.1\r\n$host\r\n$bearer\r\nX-Inner: 1\r\n\r\n";
my %shape = (
        'a length and chunks' => "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        'chunks and a length' => "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        'two lengths' => "Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
        'the same length twice' => "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
        'a list of lengths' => "Content-Length: 0, 0\r\n\r\n",
        'a signed length' => "Content-Length: +0\r\n\r\n",
        'a hexadecimal length' => "Content-Length: 0x0\r\n\r\n",
        'two encodings' => "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        'an unknown encoding' => "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        'an encoding twice' => "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        'two hosts' => "Host: attacker.example\r\nContent-Length: 0\r\n\r\n",
        'a second token' => "Authorization: Bearer x\r\nContent-Length: 0\r\n\r\n",
);
for my $name (sort keys %shape) {
        my $reply = raw($s, "POST /match/default HTTP/1.1\r\n$host\r\n$bearer\r\n$shape{$name}$inner", 15);
        my @answers = $reply =~ m{HTTP/1\.1 (\d+) }g;
        is(scalar(grep { $_ !~ /^(400|413|501)$/ } @answers), 0, "$name: nothing but a refusal: @answers");
        unlike($reply, qr/SHA-256|datasets/, 'and the second is not answered');
}
my @two = raw($s, "POST /match/default HTTP/1.1\r\n$host\r\n$bearer\r\nContent-Length: 2\r\n\r\n{}" . request('GET /healthz', $host), 15) =~ m{HTTP/1\.1 (\d+) }g;
is_deeply(\@two, [400, 200], 'two honest requests after each other get two answers');

# ---- floods
like(status_of(join("\r\n", 'GET /catalog HTTP/1.1', $host, $bearer, (map { "X-$_: y" } 1 .. 20000), 'Connection: close', '', '')), qr/^(400|413|431|closed)$/, 'thousands of headers');
like(status_of(request('GET /healthz', $host, 'Cookie: ' . join('; ', map { "a$_=b" } 1 .. 3000))), qr/^(200|400|413|431|closed)$/, 'thousands of cookies');
is(status_of(request('GET /healthz', $host)), 200, 'and the server lives');
is(stop($s), 0, 'ends well');
unlike(Serve::slurp("$s->{log}"), qr/[\x00-\x08\x0b-\x1f\x7f]/, 'nothing of it acts on the terminal that shows the log');
done_testing();
