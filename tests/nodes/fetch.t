#!/usr/bin/perl
# embargo fetch against a small server that plays a node, well and badly: what it writes, how it
# goes on after a crash, and that nothing a node says is believed.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../fault", $FindBin::Bin;
use Fault;
use JSON::PP ();
use MIME::Base64 qw(encode_base64);
use Node;
use Test::More;

my $file = slurp("$PROJECT/examples/theft/blocks/blk00000.dat");
my @blocks = frames($file);             # in the order of their heights
my @hashes = map { block_hash($_) } @blocks;
my %by_hash = map { $hashes[$_] => $blocks[$_] } 0 .. $#blocks;
my $tip = $#blocks;
my $json = JSON::PP->new->canonical;
my $secret = 'swordfish-' . $$;
my $n = 0;

sub fresh { return scratch() . '/f' . ++$n }

sub result {
        my ($id, $result) = @_;
        return [200, $json->encode({ result => $result, error => undef, id => $id })];
}

sub refusal {
        my ($id, $code, $message, $http) = @_;
        return [$http // 500, $json->encode({ result => undef, error => { code => $code, message => $message }, id => $id })];
}

# A node that speaks JSON-RPC as Bitcoin Core does.
sub core {
        my ($method, $path, $body, $head) = @_;
        return [404, 'nothing here'] if $method ne 'POST';
        my $q = $json->decode($body);
        my ($name, @p) = ($q->{method}, @{ $q->{params} });
        return result($q->{id}, { chain => 'regtest', blocks => $tip }) if $name eq 'getblockchaininfo';
        return $p[0] <= $tip ? result($q->{id}, $hashes[$p[0]]) : refusal($q->{id}, -8, 'Block height out of range')
                if $name eq 'getblockhash';
        return result($q->{id}, unpack 'H*', $by_hash{$p[0]}) if $name eq 'getblock' && $p[1] == 0;
        return refusal($q->{id}, -32601, 'Method not found', 404);
}

sub rest {
        my ($method, $path) = @_;
        return [200, $json->encode({ chain => 'regtest', blocks => $tip })] if $path eq '/rest/chaininfo.json';
        return [200, "$hashes[$1]\n"] if $path =~ m{^/rest/blockhashbyheight/(\d+)\.hex$} && $1 <= $tip;
        return [200, $by_hash{$1}] if $path =~ m{^/rest/block/([0-9a-f]{64})\.bin$} && $by_hash{$1};
        return [404, 'not found'];
}

sub fetch { return embargo('fetch', 'chain', @_) }

sub fetched {   # one row of the last command's table
        my ($what) = @_;
        my ($count) = slurp(scratch() . '/stdout') =~ /^\Q$what\E\s+([\d,]+)/m;
        return $count;
}

my $core = serve(\&core);

# ---- the whole of it -----------------------------------------------------------------------------

my $all = fresh();
is(fetch($core, '--out', $all), 0, 'a chain is fetched by JSON-RPC') or diag(said());
is(digest("$all/blk00000.dat"), digest("$PROJECT/examples/theft/blocks/blk00000.dat"),
        'and the file has the bytes of the one that the node has');
is(fetched('blocks fetched'), 171, 'all 171 blocks');
is(fetch($core, '--out', $all), 0, 'a second run succeeds');
is(join(' ', fetched('blocks fetched'), fetched('blocks held before')), '0 171', 'and fetches nothing again');

my $by_rest = fresh();
is(fetch(serve(\&rest), '--out', $by_rest), 0, 'a chain is fetched by REST') or diag(said());
is(digest("$by_rest/blk00000.dat"), digest("$all/blk00000.dat"), 'the same bytes');

my $some = fresh();
is(fetch($core, '--out', $some, '--from', 10, '--to', 19), 0, 'some heights only');
is(slurp("$some/blk00000.dat"), join('', map { "\xfa\xbf\xb5\xda" . pack('V', length $_) . $_ } @blocks[10 .. 19]),
        'are the ten blocks in frames of regtest');
is(fetch($core, '--out', $some, '--json', '--from', 5, '--to', 500), 0, 'a range that reaches out of the chain on both sides');
is($json->decode(slurp(scratch() . '/stdout'))->{to}, $tip, 'ends where the chain ends');

my $single = fresh();
mkdir $single;
spew(sprintf('%s/%03d.bin', $single, $_), rest('GET', "/rest/block/$hashes[$_].bin")->[1]) for 0 .. $tip;
is(embargo('index', 'chain', $single, '--out', "$single-index", '--json'), 0, 'single blocks, saved as REST gives them, are indexed')
        or diag(said());
my %one = map { $_->{what} => $_->{count} } @{ $json->decode(slurp(scratch() . '/stdout'))->{counts} };
is(embargo('index', 'chain', $all, '--out', "$all-index", '--json'), 0, 'and so is what was fetched');
my %all = map { $_->{what} => $_->{count} } @{ $json->decode(slurp(scratch() . '/stdout'))->{counts} };
is_deeply([@one{qw(blocks transactions inputs outputs)}], [@all{qw(blocks transactions inputs outputs)}], 'to the same chain');
is($all{blocks}, 171, 'of 171 blocks');

# ---- crashes ---------------------------------------------------------------------------------------

my %torn = (
        'cut within a block'    => sub { substr $_[0], 0, -100 },
        'cut within a frame'    => sub { substr $_[0], 0, length($_[0]) - length($blocks[-1]) - 3 },
        'zeros behind the last' => sub { $_[0] . "\0" x 5000 },
        'noise behind the last' => sub { $_[0] . "\xfa\xbf\xb5\xda" . 'x' x 300 },
        'a block of noise'      => sub { substr($_[0], 0, -200) . 'y' x 200 },
        'nothing'               => sub { '' },
);
for my $how (sort keys %torn) {
        my $dir = fresh();
        mkdir $dir;
        spew("$dir/blk00000.dat", $torn{$how}->($file));
        is(fetch($core, '--out', $dir), 0, "a torn end, $how: the next run goes on") or diag(said());
        is(digest("$dir/blk00000.dat"), digest("$all/blk00000.dat"), "a torn end, $how: the same bytes in the end");
}
{
        my $dir = fresh();
        for my $round (1 .. 6) {
                my $pid = start('fetch', 'chain', $core, '--out', $dir);
                select undef, undef, undef, 0.03 * $round;
                kill 'KILL', $pid;
                finish($pid);
        }
        is(fetch($core, '--out', $dir), 0, 'killed six times: the next run goes on');
        is(digest("$dir/blk00000.dat"), digest("$all/blk00000.dat"), 'killed six times: the same bytes in the end');
}

# ---- passwords ----------------------------------------------------------------------------------------

my $locked = serve(sub {
        my $good = 'Basic ' . encode_base64("alice:$secret", '');
        return [401, ''] if ($_[3]{authorization} // '') ne $good;
        return core(@_);
});
my $cookie = scratch() . '/cookie';
is(fetch($locked, '--out', fresh()), 77, 'a node that wants a password refuses');
like(said(), qr/wants a password: --cookie FILE/, 'and it is said how to give one');
spew($cookie, "alice:wrong-$secret\n");
is(fetch($locked, '--out', fresh(), '--cookie', $cookie), 77, 'a wrong password is refused');
like(said(), qr/refuses this user and password/, 'and called wrong');
unlike(said(), qr/$secret/, 'the password is in no line');
spew($cookie, "alice:$secret\n");
is(fetch($locked, '--out', fresh(), '--cookie', $cookie), 0, 'the right one opens');
unlike(said(), qr/$secret/, 'and is in no line either');
spew($cookie, $secret);
is(fetch($locked, '--out', fresh(), '--cookie', $cookie), 65, 'a file that is no cookie is refused');
unlike(said(), qr/$secret/, 'without showing what it holds');
(my $named = $core) =~ s{//}{//alice:$secret\@};
is(fetch($named, '--out', fresh()), 2, 'a password in the address is refused');
unlike(said(), qr/$secret/, 'and not repeated');

# ---- nodes that are none, and bad ones ---------------------------------------------------------------------

my $elsewhere = serve(\&core);
my $noise = 'z' x 1000;
my %second = %by_hash;
$second{$hashes[7]} = $blocks[8];
my %bent = %by_hash;
substr($bent{$hashes[7]}, 120, 1) ^= "\x01";

sub like_core_but {
        my ($name, $other) = @_;
        return serve(sub {
                my ($method, $path, $body) = @_;
                return core(@_) if $method ne 'POST';
                my $q = $json->decode($body);
                return $q->{method} eq $name ? $other->($q) : core(@_);
        });
}

my @bad = (
        ['nobody there', 'http://127.0.0.1:' . free_port(), 74, qr/no node answers there/],
        ['a web page', serve(sub { [200, '<html>hello</html>'] }), 65, qr/answers no JSON-RPC/],
        ['a redirect', serve(sub { [302, '', "Location: $elsewhere/"] }), 65, qr/no redirect is followed/],
        ['no such method', serve(sub { refusal($json->decode($_[2] || '{"id":0}')->{id}, -32601, 'no') }), 66, qr/knows no method/],
        ['an error with control signs', like_core_but(getblockhash => sub { refusal($_[0]{id}, -1, "\e[2Jgone\n") }), 65,
                qr/the node says/],
        ['another network', like_core_but(getblockchaininfo => sub { result($_[0]{id}, { chain => "moon\e", blocks => 3 }) }),
                65, qr/network "moon\\x1b"/i],
        ['no height', like_core_but(getblockchaininfo => sub { result($_[0]{id}, { chain => 'regtest', blocks => -3 }) }), 65,
                qr/how high/],
        ['an answer to another question', like_core_but(getblockhash => sub { result(999_999, $hashes[0]) }), 65,
                qr/another question/],
        ['a hash that is none', like_core_but(getblockhash => sub { result($_[0]{id}, 'abc') }), 65, qr/no block hash/],
        ['a block that is no hex', like_core_but(getblock => sub { result($_[0]{id}, $noise) }), 65, qr/not in hex/],
        ['an answer without end', like_core_but(getblockchaininfo => sub { [200, $noise x 6000] }), 65, qr/over 4 MiB/],
        ['another block than asked', like_core_but(getblock => sub { result($_[0]{id}, unpack 'H*', $second{ $_[0]{params}[0] }) }),
                65, qr/gives another block/],
        ['a block with a bit turned', like_core_but(getblock => sub { result($_[0]{id}, unpack 'H*', $bent{ $_[0]{params}[0] }) }),
                65, qr/is damaged/],
        ['an address that is none', 'local host', 2, qr/no address of a node/],
        ['a file', 'file:///etc/passwd', 2, qr/by http or https/],
);
for my $case (@bad) {
        my ($name, $url, $code, $says) = @$case;
        my $dir = fresh();
        is(fetch($url, '--out', $dir), $code, "$name: exit $code") or diag(said());
        like(said(), $says, "$name: and it is said");
        ok(!escapes(said()), "$name: nothing in it steers a terminal");
        next if $name !~ /another block|bit turned/;
        is(slurp("$dir/blk00000.dat"), substr($file, 0, length(slurp("$dir/blk00000.dat"))), "$name: what was whole stays");
        is(scalar(frames(slurp("$dir/blk00000.dat"))), 7, "$name: the seven blocks before it");
}
is(asked($elsewhere), 0, 'where the redirect led was not asked');
cmp_ok(asked($core), '>', 171, 'while a node that is asked counts its questions');

# ---- folders ------------------------------------------------------------------------------------------------

my $own = fresh();
mkdir $own;
spew("$own/xor.dat", "\1" x 8);
is(fetch($core, '--out', $own), 77, "a node's own folder is not written to");
my $other = fresh();
mkdir $other;
spew("$other/blk00000.dat", "\xf9\xbe\xb4\xd9" . pack('V', 200) . 'x' x 200);
is(fetch($core, '--out', $other), 77, 'nor one with blocks of another network');
is(-s "$other/blk00000.dat", 208, 'which stays as it is');

done_testing();
