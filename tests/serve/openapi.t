#!/usr/bin/perl
# The description of all requests is made from the table that answers them; here it is checked against the answers: every address
# that it names answers as it says, with every parameter that it names, and what it does not name is not there.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Test::More;

my $dir = scratch();
my $case = make_case("$dir/case");
my $s = start_case($case, '--write');
my $api = json(get($s, '/openapi.json'));
my $paths = $api->{paths};
is($api->{openapi}, '3.0.3', 'it is OpenAPI 3.0');
cmp_ok(scalar keys %$paths, '>', 20, 'it names addresses');

# ---- the shapes of one page
for my $path (sort keys %$paths) {
        next unless $path =~ /^(.*)\.(json|csv)$/ && $paths->{$path}{get} && $path !~ /openapi/;
        my $page = $1 eq '/index' ? '/' : $1;
        ok($paths->{$page}{get}, "$path is a shape of a page");
        is_deeply([map { $_->{name} } @{ $paths->{$path}{get}{parameters} }], [map { $_->{name} } @{ $paths->{$page}{get}{parameters} }], 'with the same parameters');
}

# ---- every GET without an id in its address
my %known;              # ids that a list of them shows, by its address
for my $path (sort keys %$paths) {
        my $get = $paths->{$path}{get} or next;
        next if $path =~ /\{/;
        my $reply = patient($s, $path);
        my ($type) = keys %{ $get->{responses}{200}{content} || {} };
        like($reply->{status}, $type ? qr/^(200|400|404|503)$/ : qr/^(200|303|400|404)$/, "GET $path");
        next unless $reply->{status} == 200 && $type;
        like($reply->{headers}{'content-type'}, qr/^\Q$type\E(;|$)/, 'has the type that is said');
        if ($type eq 'application/json') {
                my $data = eval { json($reply) };
                ok(ref $data, 'and is JSON');
                if (ref $data eq 'HASH' && ref $data->{rows} eq 'ARRAY') {
                        (my $list = $path) =~ s/\.json$//;
                        for my $row (@{ $data->{rows} }) { $known{$list} //= $row->{id} if ref $row eq 'HASH' && defined $row->{id} && !ref $row->{id} }
                }
        }
        like($reply->{content}, qr/\A<!doctype html>.*<\/html>\s*\z/si, 'and is a whole page') if $type eq 'text/html';
        if ($type eq 'text/csv') {
                unlike($reply->{content}, qr/\A\s*[<{]/, 'and is a table');
        }
}

# ---- every parameter is taken, and a wrong one breaks nothing
my %sample = (string => ['a', "\xc3\xa9\"<>&'", ''], integer => ['1', '0', '-1', 'x', '99999999999999999999'], number => ['0.5', '-1', 'x'], boolean => ['true', 'x']);
for my $path (sort keys %$paths) {
        my $get = $paths->{$path}{get} or next;
        next if $path =~ /\{/ || $path =~ /\.csv$/;
        my $plain = patient($s, $path)->{status};
        for my $p (grep { $_->{in} eq 'query' } @{ $get->{parameters} }) {
                my @odd;
                for my $value (@{ $sample{ $p->{schema}{type} } || ['a'] }) {
                        (my $text = $value) =~ s/([^A-Za-z0-9.-])/sprintf '%%%02X', ord $1/ge;
                        my $reply = patient($s, "$path?$p->{name}=$text");
                        push @odd, "$value: $reply->{status}" unless $reply->{status} =~ /^(200|303|400|404|413)$/;
                        push @odd, "$value: no such parameter" if $reply->{content} =~ /there is no parameter/;
                }
                is_deeply(\@odd, [], "$path takes $p->{name}");
        }
}

# ---- addresses with an id: one that exists, where a list shows it, and one that does not
for my $path (sort keys %$paths) {
        my $get = $paths->{$path}{get} or next;
        next unless $path =~ m{^(/[a-z]+)/\{\w+\}(\.json|\.csv|)$};
        my ($list, $end) = ($1, $2);
        my ($type) = keys %{ $get->{responses}{200}{content} || {} };
        like(patient($s, "$list/no-such-thing-0$end")->{status}, qr/^(400|404)$/, "$path: an id that is not there") unless $list =~ m{^/(search|reconcile|ui)$};
        next unless defined $known{$list};
        (my $id = $known{$list}) =~ s/([^A-Za-z0-9._~:-])/sprintf '%%%02X', ord $1/ge;
        my $reply = patient($s, "$list/$id$end");
        is($reply->{status}, 200, "$path: $known{$list}");
        like($reply->{headers}{'content-type'}, qr/^\Q$type\E(;|$)/, 'has the type that is said') if $type;
}

# ---- methods, and what is not named
for my $path (sort keys %$paths) {
        (my $address = $path) =~ s/\{[^}]+\}/x/g;
        my $gets = $paths->{$path}{get};
        is(get($s, $address)->{status}, 405, "$path: a POST only") if !$gets;
        is(post($s, $address, '')->{status}, 405, "$path: a GET only") if $gets && !$paths->{$path}{post};
}
is(get($s, $_)->{status}, 404, "not named, not there: $_")
        for '/openapi.csv', '/nothing', '/index', '/index.html', '/.json', '/healthz.json', '/catalog.csv', '/sign-in.json', '/measures/x/y/z', '/ui/', '/ui/none.js';
is(stop($s), 0, 'ends well');
done_testing();
