#!/usr/bin/perl
# More than there is room for: days, connections.
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

sub rss { return (Serve::slurp("/proc/$s->{pid}/status") =~ /^VmRSS:\s*(\d+)/m)[0] }     # KiB

# ---- forty days at once: pictures are bounded, nobody waits for ever, and each says something
my $before = rss();
my $select = IO::Select->new;
for my $day (1 .. 40) {
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
is(($got{200} // 0) + ($got{503} // 0), 40, 'forty days at once are shown, or asked to come again: ' . join ', ', map { "$_: $got{$_}" } sort keys %got);
cmp_ok(rss() - $before, '<', 400 * 1024, 'and they did not fill the memory');
my $now;
for (1 .. 60) { $now = get($s, '/')->{status}; last if $now == 200; sleep 0.5 }
is($now, 200, 'the page of now is there');
is(stop($s), 0, 'ends well');

# ---- more connections than there may be
$s = start_case($case, '--connections', 50);
$host = "Host: 127.0.0.1:$s->{port}";
sub knock { return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $s->{port}) }
sub said {              # what a connection is told, to its end
        my ($socket) = @_;
        my $reply = '';
        while (IO::Select->new($socket)->can_read(15)) { last unless sysread $socket, $reply, 65536, length $reply }
        return $reply;
}
# Those over the limit are told so, or find room because others were cut off in the meantime: one burst after the other until it is said.
my (%status, $polite);
for my $burst (1 .. 50) {
        my @many = grep { $_ } map { knock() } 1 .. 80;
        is(scalar(@many), 80, 'eighty come where fifty may') if $burst == 1;
        print {$_} request('GET /healthz', $host) for @many;
        for my $reply (map { said($_) } @many) {
                my ($status) = $reply =~ m{^HTTP/1\.1 (\d+)};
                $status{ $status // 'closed' }++;
                $polite = $reply if ($status // '') eq '503';
        }
        last if $polite;
}
is(scalar(grep { !/^(200|503|closed)$/ } keys %status), 0, 'each is answered or told to come again');
ok($polite, 'those over fifty are told to come again');
like($polite // '', qr/^(?=.*^Connection: close\r)(?=.*^Retry-After: 1\r)/ms, 'politely');

# Those that say nothing give way, the oldest first; all would be cut off later, for their silence.
my @idle = grep { $_ } map { knock() } 1 .. 80;
my $open = IO::Select->new(@idle);
$open->can_read(30);
sleep 0.5;
$open->remove($open->can_read(0));
cmp_ok($open->count, '>=', 45, 'of those that say nothing fifty are kept');
cmp_ok($open->count, '<=', 55, 'and the others cut off');
ok((grep { $_ == $idle[79] } $open->handles), 'the newest stays');
ok(!(grep { $_ == $idle[0] } $open->handles), 'the oldest goes');
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
