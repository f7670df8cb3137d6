# Node.pm -- small HTTP servers for the tests of `embargo fetch`, and npm's programs.
#
# serve(sub { my ($method, $path, $body, $head) = @_; return [code, body, head line ...] }) starts
# a server in a process of its own and gives its URL; all are ended with the test.
package Node;
use strict;
use warnings;
use Digest::SHA qw(sha256);
use Exporter 'import';
use Fcntl qw(:flock);
use File::Basename qw(dirname);
use File::Copy qw(copy);
use HTTP::Tiny ();
use IO::Socket::INET ();
use JSON::PP ();
use Test::More;

our @EXPORT = qw(serve asked frames block_hash rpc free_port wait_for end_with_test npm_programs);

my @started;
my $owner = $$;

sub end_with_test {
        push @started, @_;
}

END {
        if ($$ == $owner) {
                my $code = $?;
                kill 'TERM', $_ for @started;
                waitpid $_, 0 for @started;
                $? = $code;
        }
}

my %log;
sub serve {
        my ($answer) = @_;
        my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 20,
                ReuseAddr => 1) or die "no port: $!";
        my $url = 'http://127.0.0.1:' . $socket->sockport;
        pipe(my $read, my $write) or die "pipe: $!";
        defined(my $pid = fork) or die "fork: $!";
        if (!$pid) {
                $SIG{PIPE} = 'IGNORE';
                $SIG{TERM} = sub { require POSIX; POSIX::_exit(0) };
                close $read;
                $write->autoflush(1);
                one($_, $answer, $write) while $_ = $socket->accept;
                require POSIX;
                POSIX::_exit(0);
        }
        close $write;
        $read->blocking(0);
        $log{$url} = $read;
        end_with_test($pid);
        return $url;
}

sub one {
        my ($client, $answer, $write) = @_;
        local $/ = "\r\n";
        my $first = <$client> // return;
        my ($method, $path) = split / /, $first;
        my %head;
        while (defined(my $line = <$client>)) {
                last if $line eq "\r\n";
                $head{ lc $1 } = $2 if $line =~ /^([^:]+):\s*(.*?)\r\n$/;
        }
        my $body = '';
        read $client, $body, $head{'content-length'} if $head{'content-length'};
        syswrite $write, "x";
        my ($code, $text, @more) = @{ $answer->($method, $path, $body, \%head) };
        print $client join "\r\n", "HTTP/1.1 $code Answer", 'Content-Length: ' . length $text, 'Connection: close', @more,
                '', $text;
        close $client;
}

sub asked {     # how many questions that server has been asked
        my ($url) = @_;
        my $n = sysread $log{$url}, my $buffer, 65536;
        return $n // 0;
}

# ---- block files ------------------------------------------------------------------------

sub frames {    # the blocks of a file, in its order
        my ($bytes) = @_;
        my @blocks;
        for (my $at = 0; $at + 8 <= length $bytes;) {
                my $length = unpack 'V', substr $bytes, $at + 4, 4;
                push @blocks, substr $bytes, $at + 8, $length;
                $at += 8 + $length;
        }
        return @blocks;
}

sub block_hash {        # as it is shown
        my ($block) = @_;
        return unpack 'H*', reverse sha256(sha256(substr $block, 0, 80));
}

# ---- nodes --------------------------------------------------------------------------------

sub rpc {       # URL, METHOD, PARAMS...: the result, or undef
        my ($url, $method, @params) = @_;
        my $json = JSON::PP->new->allow_nonref;
        my $got = HTTP::Tiny->new(timeout => 30)->post($url, { headers => { 'Content-Type' => 'application/json' },
                content => $json->encode({ jsonrpc => '2.0', id => 1, method => $method, params => \@params }) });
        my $answer = eval { $json->decode($got->{content}) };
        return ref $answer eq 'HASH' ? $answer->{result} : undef;
}

sub free_port {
        my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 1) or die "no port: $!";
        return $socket->sockport;
}

sub wait_for {  # tries every tenth of a second, for half a minute
        my ($what) = @_;
        for (1 .. 300) {
                return 1 if $what->();
                select undef, undef, undef, 0.1;
        }
        return 0;
}

# The folder of npm's programs that tests/nodes, or tests/$for, names, installed below the build folder once; or
# the reason why not.
sub npm_programs {
        my ($build, $for) = @_;
        $for //= 'nodes';
        my $dir = "$build/$for";
        my $list = dirname(__FILE__) . "/../$for/package.json";
        return (undef, 'npm or node is not installed') if system('npm --version >/dev/null 2>&1 && node --version >/dev/null 2>&1');
        mkdir $dir;
        open my $lock, '>', "$dir/lock" or return (undef, "$dir: $!");
        flock $lock, LOCK_EX;
        my $same = -e "$dir/installed" && !system('cmp', '-s', $list, "$dir/installed");
        return ("$dir/node_modules", undef) if $same;
        copy($list, "$dir/package.json") or return (undef, "$dir: $!");
        my $failed = system("cd '$dir' && npm install --ignore-scripts --no-package-lock --no-audit --no-fund --fetch-retries=1 --fetch-retry-mintimeout=1000 >npm.log 2>&1");
        return (undef, "npm could not install what tests/$for/package.json names (see $dir/npm.log)") if $failed;
        copy($list, "$dir/installed");
        return ("$dir/node_modules", undef);
}

1;
