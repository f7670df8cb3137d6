#!/usr/bin/perl
# Long work: jobs run beside the pages, tell how far they are, stop, start again; and only those that may.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Desk;
use HTTP::Tiny;
use Test::More;
use Time::HiRes qw(sleep time);

my $project = "$FindBin::Bin/../..";
my $dir = scratch();
my $case = "$dir/c";
embargo('init', $case, '--regime', 'dprk', '--author', 'The desk');
embargo('--case', $case, 'add', "$project/examples/dprk-2022");

my $http = HTTP::Tiny->new(timeout => 120, agent => 'tests', max_redirect => 0);
my $s;
sub ask {
        my ($method, $path, $body, %headers) = @_;
        return $http->request($method, $s->{url} . $path, { headers => { Cookie => session($s), Accept => 'text/html', %headers },
                                                            defined $body ? (content => $body) : () });
}
sub post_form {
        my ($path, %f) = @_;
        return ask('POST', $path, $http->www_form_urlencode([map { $_ => $f{$_} } sort keys %f]), 'Content-Type' => 'application/x-www-form-urlencoded');
}
sub token { my ($t) = ask('GET', '/work')->{content} =~ /name="form" value="([0-9a-f]{32})"/; return $t }
sub job { return json(ask('GET', "$_[0].json")) }
sub ended {
        my ($where) = @_;
        my $until = time + 90;
        sleep 0.05 while time < $until && job($where)->{running};
        return job($where);
}
sub ledger { return embargo('--case', $case, 'log', '--csv') =~ tr/\n// }

# ---- for reading only
$s = start('--connections=100', '--case', $case);
my $token = token();
my $before = ledger();
is(post_form('/work', kind => 'verify')->{status}, 403, 'a job needs the token of forms too');
is(post_form('/work', kind => 'verify', form => '0' x 32)->{status}, 403, 'not a wrong one');
is(post_form('/work', kind => $_, form => $token)->{status}, 403, "what writes does not run: $_") for qw(find report index-names index-chain index-ships);
is(post_form('/work', kind => 'add', form => $token)->{status}, 404, 'there is no job of that name');
my $r = post_form('/work', kind => 'verify', form => $token);
is($r->{status}, 303, 'what reads does');
my $verified = ended($r->{headers}{location});
is($verified->{state}, 'done', 'verify finds no difference');
like($verified->{output}, qr/"sources": \d+/, 'and prints what it looked at');
is(ledger(), $before, 'nothing was written');
$r = post_form('/work', kind => 'trace', seed => 'x:0', form => $token);
my $failed = ended($r->{headers}{location});
is($failed->{state}, 'failed', 'a job that cannot be done fails');
like($failed->{error}, qr/chain/, 'and says why');
like(ask('GET', $r->{headers}{location})->{content}, qr/role="alert">[^<]*chain.*Try again/s, 'on its page, with a way to try again');
is(post_form('/work', kind => 'trace', seed => '--keep', form => $token)->{status}, 400, 'an option is no output');
is(post_form('/work', kind => 'trace', seed => '', form => $token)->{status}, 400, 'nor is nothing');
is(ask('GET', $_)->{status}, 405, "GET starts nothing: $_") for '/work/1/stop', '/work/1/resume';
is(ask('GET', $_)->{status}, 404, "no such job: $_") for '/work/99', '/work/0x', '/work/-1', '/work/99999999999999999999';
is(post_form('/work', kind => 'verify', form => $token, Origin => 1)->{status}, 303, 'fields that nobody asked for are passed over');
is(ask('POST', '/work', "form=$token&kind=verify", 'Content-Type' => 'application/x-www-form-urlencoded', Origin => 'http://attacker.example')->{status},
        403, 'another origin starts nothing');
like(ask('GET', '/work.csv')->{content}, qr/^id,title,state,/, 'the list as CSV');
is(json(ask('GET', '/work.json'))->{schema}, 'embargo.work/1', 'and as JSON');
is(stop($s), 0, 'and ends in order');

# ---- with --write
$s = start('--connections=100', '--case', $case, '--write', '--by', 'J. Doe');
$token = token();
$r = post_form('/work', kind => 'find', form => $token);
my $found = ended($r->{headers}{location});
is($found->{state}, 'done', 'find runs');
like($found->{output}, qr/january-2022-record/, 'its output is kept');
like((split /\n/, embargo('--case', $case, 'log', '--csv'))[-1], qr/,J\. Doe,find,/, 'the ledger names who was at the desk');
my $page = ask('GET', $r->{headers}{location})->{content};
like($page, qr/embargo --case c (<[^>]*>)*--by &#39;J\. Doe&#39; find|embargo --case c --by .{0,8}J\. Doe.{0,8} find/, 'its page says what to type for the same');
unlike($page, qr/http-equiv="refresh"/, 'a page of what is over does not come back');
is(post_form('/work', kind => 'find', day => '2022-13-45', form => $token)->{status}, 303, 'a day that is none');
is(ended('/work/2')->{state}, 'failed', 'is told by the command');

# ---- indexes: out of the case's own folder
like(ask('GET', '/work')->{content}, qr{no folder input/}, 'without the folder the page says what to do');
is(post_form('/work', kind => 'index-names', input => $_, form => $token)->{status}, 404, "not from elsewhere: $_") for '/etc/passwd', '../case.db', '', '.', '..';
mkdir "$case/input";
symlink "$FindBin::Bin/lists.csv", "$case/input/lists.csv";
system('cp', "$FindBin::Bin/lists.csv", "$case/input/own.csv");
is(post_form('/work', kind => 'index-names', input => '../case.db', form => $token)->{status}, 404, 'nor then');
$r = post_form('/work', kind => 'index-names', input => 'own.csv', form => $token);
is(ended($r->{headers}{location})->{state}, 'done', 'lists that lie there are indexed');
ok(-f "$case/index/names.idx", 'into the index of the case');

# ---- stopped, and started again
my ($own) = do { local @ARGV = "$project/examples/dprk-2022/nuclear_tests.csv"; scalar <> };
my $rows = $own . join '', map { "T-$_,2006-10-09,2006-10-09T01:35:00Z,41.3,129.1,,10,2,,no,made for this test,high\n" } 1 .. 400000;
my $body = "--xYz\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\n$token\r\n--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"many.csv\"\r\n\r\n$rows\r\n--xYz--\r\n";
$r = ask('POST', '/add', $body, 'Content-Type' => 'multipart/form-data; boundary=xYz');
my ($id) = $r->{headers}{location} =~ m{/add/(\w+)};
$before = ledger();
my $number = () = ask('GET', '/work.csv')->{content} =~ /^\d+,/mg;
my $where = '/work/' . ($number + 1);
if (!(my $pid = fork)) {
        post_form("/add/$id/take", form => $token);
        require POSIX;
        POSIX::_exit(0);
} else {
        my $until = time + 30;
        delete $http->{handle};         # a connection of its own: one that is kept may share its thread with the form that is being answered
        do { sleep 0.01; $page = ask('GET', $where)->{content} } while time < $until && $page !~ /Running: reading/;
        post_form("$where/stop", form => $token);
        waitpid $pid, 0;
        like($page, qr/http-equiv="refresh" content="2".*Running: reading.*<progress[^>]*value="\d+"/s, 'the page of a job that runs shows how far it is, and comes back');
}
my $stopped = ended($where);
is($stopped->{state}, 'stopped', 'asked to stop, it stops');
ok($stopped->{done} > 0 && $stopped->{done} < $stopped->{of}, 'where it was, the data say');
is(ledger(), $before, 'and has left the case as it was');
like(ask('GET', $where)->{content}, qr{Resume.*href="/add/$id"}s, 'its page offers to resume, or to look again');
is(post_form("$where/resume")->{status}, 403, 'which needs the token');
$r = post_form("$where/resume", form => $token);
is(ended($r->{headers}{location})->{state}, 'done', 'resumed, it is done');
is(ledger(), $before + 1, 'with one entry');
ok(!-e "$case/inbox/$id", 'and the inbox is empty');

# ---- the end of the service is the end of its jobs, and nothing is lost
post_form('/work', kind => 'verify', form => $token);
is(stop($s), 0, 'a service that ends asks its jobs to stop, and waits for them');
system("$Serve::embargo --case $case verify --quiet >/dev/null 2>&1");
is($?, 0, 'the case is whole');

done_testing();
