#!/usr/bin/perl
# Labels that others publish, unpacked from the shared data folder and counted here by lines: what the
# program reads of them is all there is.  Skipped, and said so, where the folder or zstd is absent.
use strict;
use warnings;
use File::Find ();
use FindBin;
use lib "$FindBin::Bin/../fault";
use Fault;
use JSON::PP ();
use Test::More;

my $from = ($ENV{EMBARGO_SHARED} // "$PROJECT/../shared") . '/data/chain/labels';
my $tar = "$from/graphsense-tagpacks-full.tar.zst";
plan skip_all => "SKIPPED: $tar is not there (set EMBARGO_SHARED)" unless -e $tar;
plan skip_all => 'SKIPPED: zstd or gzip is not installed' if system('zstd --version >/dev/null 2>&1; zs=$?; gzip --version >/dev/null 2>&1 && exit $zs');

sub labels {    # what the program says of files
        works('labels', @_, '--json', '--quiet');
        return JSON::PP->new->utf8->decode(slurp(scratch() . '/stdout'));
}

# ---- every TagPack: a tag has one line "address: ..." -------------------------------------

my $dir = scratch() . '/packs';
mkdir $dir;
is(system("zstd -qdc '$tar' | tar -xf - -C '$dir'"), 0, 'the archive unpacks');
my @packs;
File::Find::find({ no_chdir => 1, wanted => sub { push @packs, $_ if /\.yaml$/ && !/actorpack/ } }, $dir);
@packs = sort @packs;
my $tags = 0;
my %lines;
for my $pack (@packs) {
        $lines{$pack} = () = slurp($pack) =~ /^[- {]*['"]?address['"]?:/mg;
        $tags += $lines{$pack};
}
is($tags, 524170, 'as python3 yaml counts them: 524,170 tags in 86 packs');
my $told = labels(@packs);
is(scalar @packs, 86, 'all packs');
is_deeply([map { "$_->{file} " . ($_->{labels} + $_->{rejects}) } @{ $told->{files} }],
        [map { "$_ $lines{$_}" } @packs], 'every tag of every pack is a label or a reject');
# Read one by one: checksums that fail, blanks in an address, two addresses in one.
is(scalar @{ $told->{rejects} }, 10, 'ten of them name no address');
is($told->{labels}, 524160, 'the rest are labels');
unlike(join("\n", map { $_->{reason} } @{ $told->{rejects} }), qr/alias|no tag|YAML/, 'all by their address');

# ---- tables ----------------------------------------------------------------------------------

for my $t (['etherscan_tags.csv.zst', 'zstd -qdc', 1, 38617], ['openaml-address_fraud.csv.gz', 'gzip -dc', 0, 1407],
        ['openaml-address_sanctioned.csv.gz', 'gzip -dc', 0, 807]) {
        my ($name, $unpack, $head, $rows) = @$t;
        (my $csv = scratch() . "/$name") =~ s/\.(?:zst|gz)$//;
        is(system("$unpack '$from/$name' >'$csv'"), 0, "$name unpacks");
        is((() = slurp($csv) =~ /\n/g) - $head, $rows, "$name: lines");
        is(labels($csv)->{labels}, $rows, "$name: every row is a label");
}
done_testing();
