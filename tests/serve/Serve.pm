package Serve;
# What the tests of the service share: an index of constructed people, a server on a free port, and requests,
# over HTTP::Tiny where they are proper and over a bare socket where they are not.
use strict;
use warnings;
use Exporter 'import';
use Cwd ();
use File::Basename qw(dirname);
use File::Temp ();
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP ();

our @EXPORT = qw(scratch make_index start start_case make_case stop get post json raw request curl have session patient TOKEN);
use constant TOKEN => 'constructed-token-0123456789';

my $here = Cwd::abs_path(dirname(__FILE__));
our $embargo = $ENV{EMBARGO} || "$here/../../build/embargo";
my %server;
# Longer than the service gives anything to answer; tests/checks/walls.t, where it would answer never, waits less long.
our $http = HTTP::Tiny->new(timeout => $ENV{EMBARGO_TEST_PATIENCE} || 60, agent => 'tests', max_redirect => 0);

sub scratch {
        my $dir = File::Temp->newdir();
        return $dir;
}

sub make_index {        # OUT, CSV...
        my ($out, @csv) = @_;
        @csv = ("$here/lists.csv") unless @csv;
        open my $made, '-|', $embargo, 'index', 'names', @csv, '--out', $out, '--quiet' or die "$embargo: $!";
        1 while <$made>;
        close $made or die "no index was made\n";
}

# Starts the server; gives its pid, port and the file of its log.
sub start {
        my ($index, @options) = @_;
        return launch({}, 'serve', $index, @options);
}

sub start_case {        # FOLDER, OPTION...
        my ($case, @options) = @_;
        return launch({}, '--case', $case, 'serve', @options);
}

# The example case of the program (demo), in FOLDER.
sub make_case {
        my ($case) = @_;
        local $ENV{EMBARGO_DATA} = $ENV{EMBARGO_DATA} || "$here/../..";
        open my $made, '-|', "$embargo demo '$case' 2>&1" or die "$embargo: $!";
        my @said = <$made>;
        close $made or die "no case was made: @said\n";
        return $case;
}

# { token => '' } asks for a token that is made for the run; { wait => 0 } does not die when it does not start.
sub launch {
        my ($how, @words) = @_;
        my $log = File::Temp->new();
        pipe my $from, my $to or die "pipe: $!";
        defined(my $pid = fork) or die "fork: $!";
        if (!$pid) {
                close $from;
                $ENV{EMBARGO_TOKEN} = $how->{token} // TOKEN;
                $ENV{EMBARGO_DATA} ||= "$here/../..";
                open STDOUT, '>&', $to or die;
                open STDERR, '>', "$log" or die;
                exec $embargo, @words, '--port', 0 or die "exec: $!";
        }
        close $to;
        my $line = <$from> // '';
        my ($url, $port) = $line =~ m{^(https?://[^/]+:(\d+))/};
        if (!$port) {
                waitpid $pid, 0;
                return { failed => $? >> 8, said => slurp("$log") } if exists $how->{wait};
                die "the server did not start: $line" . slurp("$log");
        }
        my $server = { pid => $pid, port => $port, log => $log, url => $url, from => $from, line => $line };
        $server{$pid} = $server;
        return $server;
}

# The cookie of a session, got with the token as the form of signing in gets it: "embargo_8484=...".
sub session {
        my ($server) = @_;
        return $server->{session} if $server->{session};
        my $reply = $http->post_form("$server->{url}/sign-in", { token => TOKEN });
        my ($cookie) = ($reply->{headers}{'set-cookie'} // '') =~ /^([^;]+)/ or die "no session: $reply->{status}\n";
        return $server->{session} = $cookie;
}

# A request as bytes, for raw.
sub request {
        my ($line, @headers) = @_;
        return join("\r\n", "$line HTTP/1.1", @headers, 'Connection: close', '', '');
}

sub have {              # is there such a program?
        my ($program) = @_;
        return scalar grep { -x "$_/$program" } split /:/, $ENV{PATH};
}

# What curl says to ARG...: head and body.
sub curl {
        my (@args) = @_;
        open my $from, '-|', 'curl', '-s', '-k', '-i', '--max-time', 60, @args or die "curl: $!";
        local $/ = undef;
        my $said = <$from> // '';
        close $from;
        return $said;
}

sub stop {              # its exit status
        my ($server, $signal) = @_;
        kill $signal || 'TERM', $server->{pid};
        waitpid $server->{pid}, 0;
        delete $server{ $server->{pid} };
        return $?;
}

END {
        my $status = $?;
        for my $pid (keys %server) { kill 'KILL', $pid; waitpid $pid, 0 }
        $? = $status;
}

sub slurp {
        my ($path) = @_;
        open my $in, '<', $path or return '';
        local $/ = undef;
        return <$in> // '';
}

# A page whose day is still being answered says 503 and comes when it is asked for again.
sub get {
        my ($server, $target, %headers) = @_;
        $headers{Authorization} //= 'Bearer ' . TOKEN;
        my $reply;
        for (1 .. 120) {
                $reply = $http->get($server->{url} . $target, { headers => \%headers });
                last if $reply->{status} != 503;
                select undef, undef, undef, 0.5;
        }
        return $reply;
}

# The same once more while the case is being read, which a page says with 503.
sub patient {
        my ($server, @asked) = @_;
        my $reply;
        for (1 .. 120) {
                $reply = get($server, @asked);
                last if $reply->{status} != 503;
                select undef, undef, undef, 0.3;
        }
        return $reply;
}

sub post {
        my ($server, $target, $body, %headers) = @_;
        $headers{Authorization} //= 'Bearer ' . TOKEN;
        return $http->post($server->{url} . $target, { headers => \%headers, content => $body });
}

sub json { return JSON::PP->new->utf8->decode($_[0]{content}) }

# Bytes as they are over a fresh connection; the reply until the server closes it, or undef after $wait seconds.
sub raw {
        my ($server, $bytes, $wait) = @_;
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $server->{port}) or die "connect: $!";
        local $SIG{PIPE} = 'IGNORE';
        print {$socket} $bytes;
        my $reply = '';
        while (IO::Select->new($socket)->can_read($wait || 20)) {
                last unless sysread $socket, $reply, 65536, length $reply;
        }
        return $reply;
}
use IO::Select;

1;
