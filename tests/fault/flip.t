#!/usr/bin/perl
# One byte changed anywhere in a kept source, a record or a ledger entry:
# verify ends with code 1 and names what changed.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fault;
use File::Copy qw(copy);
use Test::More;

my $rounds = rounds(24);
my $dir = scratch();
my $case = "$dir/case";
seed();
make_case($case);
# A table with rows that cannot be taken, for the quarantine.
spew("$dir/ragged.csv", (slurp("$EVIDENCE/launches.csv") =~ /^([^\n]*\n)/), map { "ragged-$_,1\n" } 1 .. 9);
works('--case', $case, 'add', "$dir/ragged.csv");
works('--case', $case, 'find');
works('--case', $case, 'verify');
copy("$case/case.db", "$dir/sound.db") or die $!;

sub verify_names {      # verify ends with 1 and prints what it should
        my ($name, @patterns) = @_;
        my $code = embargo('--case', $case, 'verify');
        my $said = said();
        is($code, 1, "$name: verify ends with 1") or diag($said);
        ok((grep { $said =~ $_ } @patterns), "$name: and names it") or diag($said);
}

# ---- sources ----------------------------------------------------------------------

my @sources = map { [split /\x1f/] } sql($case, 'select sha256, name, bytes from em_source where bytes > 0 order by id');
for my $i (1 .. $rounds) {
        my ($hash, $name, $bytes) = @{ $sources[rand @sources] };
        my $path = "$case/sources/" . substr($hash, 0, 2) . "/$hash";
        my ($at, $bit) = (int rand $bytes, 1 << int rand 8);
        my $sound = slurp($path);
        my $flipped = $sound;
        substr($flipped, $at, 1) = chr(ord(substr $sound, $at, 1) ^ $bit);
        chmod 0600, $path;
        spew($path, $flipped);
        verify_names("$name, byte $at, bit $bit", qr/\Q$name\E|${\substr $hash, 0, 8}/);
        spew($path, $sound);
        chmod 0400, $path;
}
{
        my ($hash, $name) = @{ $sources[-1] };
        my $path = "$case/sources/" . substr($hash, 0, 2) . "/$hash";
        rename $path, "$dir/away" or die $!;
        verify_names("$name taken away", qr/\Q$name\E|${\substr $hash, 0, 8}/);
        rename "$dir/away", $path or die $!;
}

# ---- records and ledger entries ---------------------------------------------------

# Changes one bit of one cell behind the program's back: its triggers are taken
# away and put back as they were.
sub change {
        my ($table, $rowid, $column, $type, $value) = @_;
        my @triggers = split /\x1e/, join "\n",
                sql($case, "select sql || x'1e' from sqlite_schema where type = 'trigger'");
        my @names = sql($case, "select name from sqlite_schema where type = 'trigger'");
        my $new;
        if ($type eq 'integer') {
                $new = "$column + (case when $column & 4 then -4 else 4 end)";
        } else {
                my $bytes = pack 'H*', $value;
                my $at = int rand length $bytes;
                substr($bytes, $at, 1) = chr(ord(substr $bytes, $at, 1) ^ 1);   # stays ASCII
                $new = "cast(x'" . unpack('H*', $bytes) . "' as text)";
        }
        sql($case, join ";\n", 'begin', map({ "drop trigger \"$_\"" } @names),
                "update $table set $column = $new where rowid = $rowid", @triggers, 'commit');
}

sub restore {
        unlink "$case/case.db-wal", "$case/case.db-shm";
        copy("$dir/sound.db", "$case/case.db") or die $!;
}

# The cells with something in them, by column: [column, rowid, type, hex of text, name]
sub cells {
        my ($table, $named) = @_;
        my %cells;
        for my $column (sql($case, "select name from pragma_table_info('$table') where pk = 0")) {
                my @found = map { [$column, split /\x1f/] }
                        sql($case, "select rowid, typeof($column), hex($column), $named from $table"
                                . " where typeof($column) in ('text', 'integer') and length($column) > 0 order by rowid");
                $cells{$column} = \@found if @found;
        }
        return %cells;
}

# At least one flip in every column of a table; a pattern of what must be named.
sub flip_cells {
        my ($table, $named, $pattern) = @_;
        my %cells = cells($table, $named);
        my @columns = sort keys %cells;
        cmp_ok(scalar(@columns), '>', 3, "$table has columns to change: @columns");
        for my $i (0 .. ($rounds > @columns ? $rounds : @columns) - 1) {
                my @some = @{ $cells{ $columns[$i % @columns] } };
                my ($column, $rowid, $type, $hex, $name) = @{ $some[rand @some] };
                change($table, $rowid, $column, $type, $hex);
                verify_names("$table $name, $column", $pattern->($name, $column));
                restore();
        }
}

flip_cells('em_record', "(select substr(s.sha256, 1, 8) from em_source s join em_intake i on i.source = s.id"
        . " where i.id = em_record.intake) || ':' || row",
        sub {   # a record whose row or source was changed is named by what it was or has become
                my ($name, $column) = @_;
                my ($source) = $name =~ /^(\w+)/;
                return $column eq 'row' || $column eq 'intake' ? qr/$source/ : qr/\b\Q$name\E\b/;
        });
flip_cells('em_source', 'name', sub { my ($name) = @_; qr/\Q$name\E|custody/ });
flip_cells('em_quarantine', "(select s.name from em_source s join em_intake i on i.source = s.id"
        . ' where i.id = em_quarantine.intake)', sub { my ($name) = @_; qr/\Q$name\E|quarantine/ });
flip_cells('em_link', 'id', sub { qr/link/ });
# The kinds of the maps decide which views a case has: with a wrong one it is not
# opened any further, so that which map it was stays unsaid.
flip_cells('em_map', 'name', sub {
        my ($name, $column) = @_;
        return $column =~ /^(?:kind|name)$/ ? qr/\b(?:map|view)\b/ : qr/\bmap\b.*\Q$name\E|\Q$name\E.*\bmap\b/;
});
flip_cells('em_ledger', 'seq', sub {
        my ($seq) = @_;
        my $next = $seq + 1;
        return qr/\bentr(?:y|ies)\b.*\b(?:$seq|$next)\b/;
});

# An entry taken out of the middle, and one put in.
my @entries = sql($case, 'select seq from em_ledger order by seq');
cmp_ok(scalar(@entries), '>', 4, 'the ledger has entries');
sub without_triggers {
        my ($sql) = @_;
        my @names = sql($case, "select name from sqlite_schema where type = 'trigger'");
        my @triggers = split /\x1e/, join "\n",
                sql($case, "select sql || x'1e' from sqlite_schema where type = 'trigger'");
        sql($case, join ";\n", 'begin', map({ "drop trigger \"$_\"" } @names), $sql, @triggers, 'commit');
}
without_triggers("delete from em_ledger where seq = $entries[2]");
verify_names("entry $entries[2] taken out", qr/\bentr(?:y|ies)\b/);
restore();
works('--case', $case, 'verify');
done_testing();
