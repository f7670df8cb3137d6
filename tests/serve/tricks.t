#!/usr/bin/perl
# Addresses that mean to be others, heads that two readers would read differently, and more than there is room for: connections,
# headers, days.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use IO::Select;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep time);

my $dir = scratch();
my $case = make_case("$dir/case");
my $s = start_case($case);
my $bearer = 'Authorization: Bearer ' . TOKEN;
my $host = "Host: 127.0.0.1:$s->{port}";
$SIG{PIPE} = 'IGNORE';

sub status_of { return ((raw($s, $_[0], 15) // '') =~ m{^HTTP/1\.\d (\d+)})[0] // 'closed' }
sub rss { return (Serve::slurp("/proc/$s->{pid}/status") =~ /^VmRSS:\s*(\d+)/m)[0] }     # KiB

# ---- addresses
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

# ---- a hundred days at once: pictures are bounded, nobody waits for ever, and each says something
my $before = rss();
my $select = IO::Select->new;
for my $day (1 .. 100) {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $s->{port}) or die "connect: $!";
        print {$socket} request(sprintf('GET /?known=2022-%02d-%02d', 1 + $day % 12, 1 + $day % 28), $host, $bearer);
        $select->add($socket);
}
my (%got, %text);
while ($select->count) {
        my @ready = $select->can_read(120) or last;
        for my $socket (@ready) {
                next if sysread $socket, $text{$socket}, 65536, length($text{$socket} // '');
                my ($status) = ($text{$socket} // '') =~ m{^HTTP/1\.1 (\d+)};
                $got{ $status // 'closed' }++;
                $select->remove($socket);
        }
}
is(($got{200} // 0) + ($got{503} // 0), 100, 'a hundred days at once are shown, or asked to come again: ' . join ', ', map { "$_: $got{$_}" } sort keys %got);
cmp_ok(rss() - $before, '<', 400 * 1024, 'and they did not fill the memory');
my $now;
for (1 .. 60) { $now = get($s, '/')->{status}; last if $now == 200; sleep 0.5 }
is($now, 200, 'the page of now is there');
is(stop($s), 0, 'ends well');

# ---- more connections than there may be
$s = start_case($case, '--connections', 50);
$host = "Host: 127.0.0.1:$s->{port}";
my @idle = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $s->{port}) } 1 .. 80;
is(scalar(grep { $_ } @idle), 80, 'eighty come where fifty may');
my %said;
for my $socket (@idle[60 .. 79]) {
        print {$socket} request('GET /healthz', $host);
        my $reply = '';
        while (IO::Select->new($socket)->can_read(15)) { last unless sysread $socket, $reply, 65536, length $reply }
        my ($status) = $reply =~ m{^HTTP/1\.1 (\d+)};
        $said{ $status // 'closed' }++;
        like($reply, qr/^(?=.*^Connection: close\r)(?=.*^Retry-After: 1\r)/ms, 'politely') if ($status // '') eq '503';
}
is(($said{200} // 0) + ($said{503} // 0), 20, 'each is answered or told to come again');
close $_ for @idle;
my $status;
for (1 .. 50) { $status = get($s, '/healthz')->{status}; last if $status == 200; sleep 0.1 }
is($status, 200, 'and when they have gone there is room');
is(stop($s), 0, 'ends well');

# ---- ten thousand at once
SKIP: {
        my $want = 10000;
        my ($limit) = Serve::slurp('/proc/self/limits') =~ /^Max open files\s+\d+\s+(\d+)/m;
        skip "SKIPPED LOUDLY: only $limit descriptors may be had here, so 10,000 connections were not tried", 3 if $limit !~ /^\d+$/ || $limit < 2 * $want;
        $s = start_case($case, '--connections', $want + 100);
        $host = "Host: 127.0.0.1:$s->{port}";
        # A child with a limit of its own holds them; it says how many it has.
        pipe my $from, my $to or die;
        defined(my $pid = fork) or die;
        if (!$pid) {
                open STDOUT, '>&', $to or die;
                exec 'sh', '-c', "ulimit -n $limit; exec perl -MSocket -e '" . <<'CHILD' . "' $s->{port} $want";
                        $| = 1;
                        my ($port, $want) = @ARGV;
                        my @held;
                        for my $i (1 .. $want) {
                                socket my $s, PF_INET, SOCK_STREAM, 0 or last;
                                connect $s, sockaddr_in($port, INADDR_LOOPBACK) or last;
                                syswrite $s, "GET /healthz HTTP/1.1\r\n" if $i % 2;
                                push @held, $s;
                        }
                        print scalar @held, "\n";
                        sleep 60;
CHILD
                die "exec: $!";
        }
        close $to;
        chomp(my $held = <$from> // 0);
        is($held, $want, 'ten thousand connections are taken');
        is(get($s, '/')->{status}, 200, 'and a page is answered beside them');
        kill 'KILL', $pid;
        waitpid $pid, 0;
        is(stop($s), 0, 'ends well');
}
done_testing();
