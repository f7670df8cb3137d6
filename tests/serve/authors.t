#!/usr/bin/perl
# Two people with accounts change one case: the ledger says who did what, and neither can be made to act by the other's form.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Test::More;
use Time::HiRes qw(sleep);

for my $program (qw(openssl curl)) {
        plan skip_all => "SKIPPED LOUDLY: there is no $program here, so accounts that write were not tried" unless have($program);
}
my $dir = scratch();
my $case = make_case("$dir/case");
my $project = "$FindBin::Bin/../..";
my @people = (['Kim Minji', 'correct horse battery'], ["-Ana <b>O'Hara</b>", 'another long password']);         # a name that begins as an option does
system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout '$dir/key' -out '$dir/cert' 2>/dev/null") == 0 or die 'no certificate';
for my $p (@people) {
        my $quoted = $p->[0] =~ s/'/'\\''/gr;
        open my $to, '|-', "'$Serve::embargo' account '$dir/people' add --write -- '$quoted' >/dev/null 2>'$dir/said'" or die;
        print {$to} "$p->[1]\n";
        close $to;
        is($?, 0, "an account: $p->[0]") or diag(Serve::slurp("$dir/said"));
}
my ($s, $url);
sub serve { $s = Serve::launch({ token => '' }, '--case', $case, 'serve', '--write', '--by', 'The desk', @_, '--tls-cert', "$dir/cert", '--tls-key', "$dir/key"); $url = $s->{url} }
sub status_of { return ($_[0] =~ m{^HTTP/1\.1 (\d+)})[0] // 'none' }
sub place_of { return ($_[0] =~ /^Location: ([^\r]+)/m)[0] // '' }
sub asked {             # COOKIE, ARG...: the reply, once the case has been read
        my ($cookie, @args) = @_;
        for (1 .. 120) {
                my $said = curl('-H', 'Accept: text/html', '-H', "Cookie: $cookie", @args);
                return $said if $said !~ m{^HTTP/1\.1 503};
                sleep 0.3;
        }
        return '';
}
sub sign_in {
        my ($reply) = curl('--data-urlencode', "name=$_[0]", '--data-urlencode', "password=$_[1]", "$url/sign-in");
        return ($reply =~ /^Set-Cookie: ([^;\r]+)/m)[0];
}
sub token { return (asked($_[0], "$url$_[1]") =~ /name="form" value="([0-9a-f]{32})"/)[0] }
sub send_form { my ($cookie, $path, %f) = @_; return asked($cookie, (map { ('--data-urlencode', "$_=$f{$_}") } sort keys %f), "$url$path") }
sub ledger { my ($csv) = qx('$Serve::embargo' --case '$case' log --csv --quiet); return [map { chomp; $_ } split /^/, $csv] }
sub said_of {           # the entries since COUNT, "author action"
        my ($from) = @_;
        my $all = JSON::PP->new->utf8->decode(scalar qx('$Serve::embargo' --case '$case' log --json --quiet));
        my @entry = @{ $all->{entries} // $all->{log} // [] };
        return map { "$_->{author}: $_->{action}" } @entry[$from .. $#entry];
}
sub job {               # waits for the end of a job of COOKIE at PATH
        my ($cookie, $path) = @_;
        for (1 .. 200) {
                my ($body) = asked($cookie, "$url$path.json") =~ /\r\n\r\n(.*)/s;
                my $job = JSON::PP->new->utf8->decode($body);
                return $job unless $job->{running};
                sleep 0.1;
        }
        return {};
}

serve('--accounts', "$dir/people");
my @cookie = map { sign_in(@$_) } @people;
ok($cookie[0] && $cookie[1], 'both have signed in');
my @token = map { token($_, '/add') } @cookie;
isnt($token[0], $token[1], 'their forms hold different tokens');

# ---- the token of one with the cookie of the other
my %reply = (sort => 'reply', about => 'january-2022-record', kind => 'finding', party => 'The Mission', text => 'We say no.');
my $before = () = said_of(0);
is(status_of(send_form($cookie[1], '/notes', %reply, form => $token[0])), 403, 'a form of one is refused from the other');
is(status_of(send_form($cookie[1], '/work', kind => 'find', form => $token[0])), 403, 'of long work too');
like(asked($cookie[1], '-F', "form=$token[0]", '-F', "file=\@$project/examples/dprk-2022/nuclear_tests.csv", "$url/add"), qr{^HTTP/1\.1 403.*not of this session}s, 'and an upload');
ok(!glob("$case/inbox/*"), 'of which nothing is kept');
is(scalar(() = said_of(0)), $before, 'the ledger has no entry of it');

# ---- each does something of every sort
for my $i (0, 1) {
        my ($name, $cookie, $token) = ($people[$i][0], $cookie[$i], $token[$i]);
        my $from = () = said_of(0);
        is(status_of(send_form($cookie, '/notes', %reply, text => "Said by $i.", form => $token)), 303, "$name writes a note");
        is_deeply([said_of($from)], ["$name: add"], 'the ledger names its author') or diag(join "\n", said_of($from));
        my ($note) = grep { $_->{text} eq "Said by $i." } @{ JSON::PP->new->utf8->decode(scalar qx('$Serve::embargo' --case '$case' note list --json --quiet))->{notes} };
        is($note->{author}, $name, 'and so does the note itself');
        $from = () = said_of(0);
        open my $csv, '>', "$dir/t$i.csv" or die;
        print {$csv} "colour,count\nred,$i\n";
        close $csv;
        my $up = asked($cookie, '-F', "form=$token", '-F', "file=\@$dir/t$i.csv", "$url/add");
        is(status_of($up), 303, 'uploads a file');
        my $taken = send_form($cookie, place_of($up) . '/take', name => "t$i.csv", obtained_by => 'Somebody else', grade => 'C', form => $token);
        is(status_of($taken), 303, 'and takes it');
        job($cookie, place_of($taken)) if place_of($taken) =~ m{^/work/};
        is_deeply([said_of($from)], ["$name: add"], 'the ledger names who took it, whoever obtained it') or diag(join "\n", said_of($from));
        $from = () = said_of(0);
        my $found = send_form($cookie, '/work', kind => 'find', day => $i ? '2022-02-01' : '2022-03-01', form => $token);
        my $job = job($cookie, place_of($found));
        is($job->{state}, 'done', 'answers the questions as of a day');
        is($job->{author}, $name, 'the job is theirs');
        is_deeply([said_of($from)], ["$name: find"], 'and so is the entry') or diag(join "\n", said_of($from));
        $from = () = said_of(0);
        $job = job($cookie, place_of(send_form($cookie, '/work', kind => 'report', day => '2022-03-01', form => $token)));
        is($job->{state}, 'done', 'prints the report');
        is_deeply([said_of($from)], ["$name: report"], 'in their name') or diag(join "\n", said_of($from));
}
like(asked($cookie[0], "$url/work.csv"), qr/Kim Minji/, 'the list of work names them');
unlike(asked($cookie[0], "$url/ledger"), qr/<b>O'Hara/, 'a name is text and nothing else');

# ---- a session that is over
is(status_of(send_form($cookie[0], '/sign-out', form => $token[0])), 303, 'one signs out');
my $again = sign_in(@{ $people[0] });
is(status_of(send_form($again, '/notes', %reply, form => $token[0])), 403, 'signed in anew, the forms of the session before are no good');
isnt(token($again, '/add'), $token[0], 'there is another token');
is(status_of(send_form($cookie[1], '/notes', %reply, form => $token[1])), 303, 'the other session is as it was');
is(stop($s), 0, 'ends well');

# ---- without accounts: what --by says, else the case's author
for my $with (['--by', 'J. Doe'], []) {
        $s = start_case($case, '--write', @$with);
        my $name = $with->[1] // (said_of(0))[0] =~ s/: .*//r;
        my $from = () = said_of(0);
        my $sent = $Serve::http->post_form("$s->{url}/notes", { %reply, text => "By $name.", form => 'x' }, { headers => { Authorization => 'Bearer ' . TOKEN } });
        is($sent->{status}, 303, 'a program with the token writes a note');
        is_deeply([said_of($from)], ["$name: add"], "in the name of $name") or diag(join "\n", said_of($from));
        is(stop($s), 0, 'ends well');
}
is(system("'$Serve::embargo' --case '$case' verify --quiet >/dev/null 2>&1"), 0, 'and the case is whole');
done_testing();
