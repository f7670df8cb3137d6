#!/usr/bin/perl
# The doctor's page: the same checks as `embargo doctor`, with the server's own; what is wrong stands first; nothing out
# of a case steers the page.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP ();
use Serve;
use Test::More;

$ENV{EMBARGO_DATA} //= "$FindBin::Bin/../..";
my $embargo = $Serve::embargo;
my $dir = scratch();
my $case = "$dir/case";

sub embargo {
        my (@words) = @_;
        open my $out, '-|', $embargo, '--quiet', @words or die "$embargo: $!";
        local $/ = undef;
        my $said = <$out> // '';
        close $out;
        return $said;
}

embargo('init', $case, '--regime', 'dprk');
my $server = start("--case=$case");
my $page = get($server, '/doctor');
is($page->{status}, 200, 'the page is there');
like($page->{headers}{'content-type'}, qr{^text/html}, 'as a page');
my @heads = $page->{content} =~ /<h1/g;
is(scalar @heads, 1, 'with one heading of the first level');
like($page->{content}, qr{<a[^>]*href="/doctor"[^>]*aria-current="page"}, 'and its place in the bar');
like($page->{content}, qr{To do: embargo add FILE}, 'an empty case is told what to do next');
like($page->{content}, qr{href="/doctor\.json"}, 'the same as data is one click away');

# ---- as data, and as the command says it ------------------------------------------------------------------------

my $data = json(get($server, '/doctor.json'));
is($data->{schema}, 'embargo.doctor/1', 'the data has its schema');
my %is = map { $_->{check} => $_ } @{ $data->{rows} };
my $said = JSON::PP->new->decode(embargo('--case', $case, 'doctor', '--json'));
my @same = grep { $_->{group} ne 'server' && $_->{check} !~ /^(room|cores)$/ } @{ $data->{rows} };
is_deeply([map { "$_->{check}: $_->{state}: $_->{found}" } @same],
        [map { "$_->{check}: $_->{state}: $_->{found}" } grep { $_->{check} !~ /^(room|cores)$/ } @{ $said->{checks} }],
        'the page and the command say the same of the case and the machine');
my @csv = split /\r?\n/, get($server, '/doctor.csv')->{content};
is($csv[0], 'group,check,title,state,found,next,looked', 'as CSV it has a head');
is(@csv - 1, @{ $data->{rows} }, 'and a line for each check');
unlike($page->{content}, qr/style="/, 'no style of its own, which the policy would refuse');

# ---- looked at once -------------------------------------------------------------------------------------------------

# What is dear is looked at once for each state of the case, and the page says when; what is not, each time.
sub looked { return { map { $_->{check} => $_->{looked} } @{ json(get($server, $_[0] // '/doctor.json'))->{rows} } } }
my $first = looked();
my ($when) = $page->{content} =~ /were looked at at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC/;
is($first->{ledger}, $when, 'the page says when the case was looked at, and so do the data');
sleep 2;
my $later = looked();
is($later->{$_}, $first->{$_}, "$_ is not looked at again while nothing has changed") for qw(ledger sources names);
isnt($later->{room}, $first->{room}, 'the room on the disk is');
isnt(looked('/doctor.json?again=yes')->{ledger}, $first->{ledger}, 'who asks for it has the case looked at again');
my $again = looked();
is($again->{$_}, $again->{ledger}, "$_ is of the same moment") for qw(sources names);
sleep 2;
embargo('--case', $case, 'add', "$FindBin::Bin/lists.csv");
my $changed = looked();
isnt($changed->{ledger}, $again->{ledger}, 'a case that has changed is looked at anew');
is_deeply([map { $_->{found} } grep { $_->{check} eq 'evidence' } @{ json(get($server, '/doctor.json'))->{rows} }],
        ['1 source is held without records: no map fits.'], '... and what is new in it is found');

# ---- the server's own ------------------------------------------------------------------------------------------------

is("$is{address}{state}: $is{address}{found}", 'fine: Only this machine can reach this server.', 'it listens on loopback, and knows it');
is($is{token}{state}, 'fine', 'the token is asked for');
is($is{write}{found}, 'The pages only read.', 'and nothing can be changed');
is(get($server, '/doctor', Authorization => 'Bearer wrong')->{status}, 401, 'without the token there is no doctor');
is(post($server, '/doctor', '')->{status}, 405, 'it takes no POST');
stop($server);

# ---- what is wrong, and names that would like to be more -----------------------------------------------------------------

my $name = "\"><img src=x onerror=alert(1)>\xe2\x80\xae\e[2J.txt";
open my $to, '>', "$dir/$name" or die "$name: $!";
print $to "text\n";
close $to;
embargo('--case', $case, 'add', "$dir/$name");
my ($kept) = grep { -s $_ == 5 } glob "$case/sources/*/*";
ok($kept, 'a source with a name that is markup is held');
chmod 0600, $kept;
unlink $kept;
chmod 0777, $case;
$server = start("--case=$case", '--open', '--write');
$page = get($server, '/doctor');
is($page->{status}, 200, 'a case that is not in order has a page too');
unlike($page->{content}, qr/<img/, 'the name is text on the page');
like($page->{content}, qr/&lt;img src=x/, 'escaped');
unlike($page->{content}, qr/\xe2\x80\xae|\e/, 'without the marks that turn or steer a line');
like($page->{content}, qr{Wrong: <a href="#\w+">}, 'what is wrong stands first, as links');
%is = map { $_->{check} => $_ } @{ json(get($server, '/doctor.json'))->{rows} };
is($is{sources}{state}, 'wrong', 'the source that is gone');
is($is{rights}{state}, 'wrong', 'and the folder that everybody can write in');
is($is{token}{state}, 'look', 'a server that asks for no token says so');
like($is{write}{found}, qr/may change the case/, 'and one that writes');
is(json(get($server, '/doctor.json?known=2021-01-01'))->{schema}, 'embargo.doctor/1', 'a day as known on changes nothing of it');
stop($server);

done_testing();
