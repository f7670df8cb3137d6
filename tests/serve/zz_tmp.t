#!/usr/bin/perl
# New versions of the lists under load: 200 clients ask while the index is replaced again and again.  Every reply
# is whole, and every reply of one request is of one version: each version's person has the version
# in the caption of both of its entries.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Test::More;
use Time::HiRes qw(sleep);

use constant { CLIENTS => 40, ASKS => 6, VERSIONS => 12 };

my $dir = scratch();
for my $v (1, 2) {
        my $word = $v == 1 ? 'Alder' : 'Birch';
        open my $out, '>', "$dir/v$v.csv" or die;
        print $out "name,type,id,remarks\n", map { "Kang Mun Sik $_ $word,Person,P-$_,$word\n" } 'Ga' .. 'Gz';
        close $out;
        make_index("$dir/v$v.idx", "$dir/v$v.csv");
}
sub place {     # as embargo index does: written aside, renamed
        my ($v) = @_;
        system('cp', "$dir/v$v.idx", "$dir/names.tmp") == 0 or die;
        rename "$dir/names.tmp", "$dir/names.idx" or die;
}
place(1);
my $s = start("$dir/names.idx");
my $queries = join ',', map { qq("q$_":{"schema":"Person","properties":{"name":["Kang Mun Sik $_"]}}) } 'Ga' .. 'Gj';

sub client {    # 0: all well; else what was wrong
        my %seen;
        for (1 .. ASKS) {
                my $reply = post($s, '/match/default?limit=3&cutoff=0.5', qq({"queries":{$queries}}));
                return 1 unless $reply->{status} == 200;
                my %version;
                my $all = json($reply)->{responses};
                return 2 unless keys %$all == 10;
                for my $one (values %$all) {
                        return 3 unless @{ $one->{results} };
                        $version{ $_->{properties}{notes}[0] } = 1 for @{ $one->{results} };
                        $version{ (split / /, $_->{caption})[-1] } = 1 for @{ $one->{results} };
                }
                return 4 unless keys %version == 1;
        }
        return 0;
}

my @children;
for (1 .. CLIENTS) {
        defined(my $pid = fork) or die "fork: $!";
        if (!$pid) {
                my $wrong = eval { client() } // 5;
                require POSIX;
                POSIX::_exit($wrong);
        }
        push @children, $pid;
}
for my $v (1 .. VERSIONS) {
        place(1 + $v % 2);
        kill 'HUP', $s->{pid};
        sleep 0.3;
}
my %ends;
for my $pid (@children) { waitpid $pid, 0; $ends{ $? >> 8 }++ }
is($ends{0}, CLIENTS, CLIENTS . ' clients, no failed and no mixed reply') or diag(join ' ', %ends);
my $log = Serve::slurp("$s->{log}");
cmp_ok(scalar(() = $log =~ /opened anew/g), '>=', 3, 'while the index was opened anew');

# A replaced index is seen without a signal; a damaged one is not taken.
place(2);
kill 'HUP', $s->{pid};
place(1);
my $word = '';
for (1 .. 100) {
        $word = json(get($s, '/entities/own-P-Ga'))->{properties}{notes}[0];
        last if $word eq 'Alder';
        sleep 0.1;
}
is($word, 'Alder', 'the newest index is served');
open my $out, '>', "$dir/bad.tmp" or die;
print $out 'no index';
close $out;
rename "$dir/bad.tmp", "$dir/names.idx" or die;
kill 'HUP', $s->{pid};
for (1 .. 100) { last if Serve::slurp("$s->{log}") =~ /the old one stays/; sleep 0.1 }
like(Serve::slurp("$s->{log}"), qr/the index was not opened anew, the old one stays: /, 'a damaged index is refused, and said');
is(json(get($s, '/entities/own-P-Ga'))->{properties}{notes}[0], 'Alder', 'the old one goes on');
is(post($s, '/updatez', '')->{status}, 400, 'an update asked for says so too');

# SIGTERM while requests run: a request whose head was taken is answered in full, with its body still to come.
my $body = qq({"queries":{$queries}});
my @socket = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $s->{port}) or die } 1 .. 8;
for my $socket (@socket) {
        print {$socket} "POST /match/default?limit=3 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ", TOKEN,
                "\r\nContent-Length: ", length $body, "\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
        my $line = <$socket> // '';
        like($line, qr{^HTTP/1\.1 100}, 'the head was taken');
        <$socket>;
}
kill 'TERM', $s->{pid};
sleep 0.5;
for my $socket (@socket) {
        print {$socket} $body;
        local $/ = undef;
        my ($head, $reply) = split /\r\n\r\n/, <$socket> // '', 2;
        like($head, qr{^HTTP/1\.1 200}, 'SIGTERM or not, it is answered');
        my ($length) = $head =~ /Content-Length: (\d+)/i;
        is(length $reply, $length, 'in full');
}
is(stop($s), 0, 'and then the service ends');
ok(!IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $s->{port}), 'nobody listens any more');
done_testing();
