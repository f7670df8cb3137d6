/* names/names_inside.h -- names.idx in memory: its sections and rows, for the files that build, open and ask it. */
#ifndef NAMES_NAMES_INSIDE_H
#define NAMES_NAMES_INSIDE_H

#include "embargo/names.h"
#include "names/edit.h"

typedef enum em_nx_section {
        NX_FILE,                /* packed em_list_file, one behind the other */
        NX_PARTY_AT,            /* u64 x (parties + 1): places in NX_PARTY */
        NX_PARTY,               /* packed em_party */
        NX_NAME,                /* em_nx_name x names */
        NX_ROW,                 /* em_nx_row x (rows + 1): one writing of one name */
        NX_ROW_TOKEN,           /* em_nx_row_token */
        NX_TOKEN,               /* em_nx_token x tokens */
        NX_TEXT,                /* the tokens' letters, their sounds, consonants and Korean keys */
        NX_TOKEN_FIND,          /* u32 x 2^k: token + 1 by hash of its text, 0 empty; linear probing */
        NX_POST_AT,             /* u64 x (tokens + 1) */
        NX_POST,                /* u32: rows with the token, ascending */
        NX_NEAR,                /* em_nx_near, by hash: deletions, sounds and consonants of tokens */
        NX_NEAR_AT,             /* u32 x (2^k + 1), k 16 to 26: first of each top k bits */
        NX_TRI_AT,              /* u32 x (EM_NX_TRIGRAMS + 1) */
        NX_TRI,                 /* u32: tokens with the trigram, ascending */
        NX_KOREAN,              /* em_nx_near, by hash: names by Korean key */
        NX_NUMBER,              /* em_nx_number, by hash: parties by number */
        NX_FIND,                /* em_nx_number, by hash: parties by dataset and id */
        NX_SECTIONS
} em_nx_section;

enum { EM_NX_TRIGRAMS = 37 * 37 * 37, EM_NX_MAGIC_BYTES = 8, EM_NX_VERSION = 2 };

typedef struct em_nx_name { uint32_t party, row; uint16_t at, rows; uint8_t kind, schema, spare[2]; } em_nx_name;     /* 16 */
typedef struct em_nx_row { uint32_t name, token; } em_nx_row;           /* 8; token: first in NX_ROW_TOKEN */
typedef struct em_nx_row_token { uint32_t token, symbol, letters; uint8_t kind, writing, length, spare; } em_nx_row_token; /* 16 */
typedef struct em_nx_token {    /* 40; places in NX_TEXT */
        uint32_t text, sound, bones, korean, rows, letters, sound_letters, hash;
        uint8_t  length, sound_length, bones_length, korean_length, syllables, joined, spare[2];
} em_nx_token;
typedef struct em_nx_near { uint32_t hash, to; } em_nx_near;
typedef struct em_nx_number { uint64_t hash; uint32_t party, spare; } em_nx_number;

typedef struct em_nx_place { uint64_t at, length, check; } em_nx_place;

typedef struct em_nx_head {
        char        magic[EM_NX_MAGIC_BYTES];
        uint32_t    version, sections;
        uint64_t    parties, names, rows, row_tokens, tokens, files;
        em_nx_place place[NX_SECTIONS];
        uint64_t    check;      /* of everything before it */
} em_nx_head;

struct em_names {
        em_mapping    map;
        em_arena     *arena;
        em_nx_head    head;
        em_list_file *file;
        const uint64_t        *party_at, *post_at;
        const em_nx_name      *name;
        const em_nx_row       *row;
        const em_nx_row_token *row_token;
        const em_nx_token     *token;
        const char            *text, *party;
        const uint32_t        *token_find, *post, *near_at, *tri_at, *tri;
        const em_nx_near      *near, *korean;
        const em_nx_number    *number, *find;
        size_t                 token_slots, nears, koreans, numbers, finds;
        unsigned               near_shift;      /* of a hash, to its place in near_at */
};

/* A checksum that keeps pace with memory (multiply and fold, after Yi's wyhash); finds damage, not malice. */
uint64_t em_nx_check(const void *bytes, size_t n);
uint64_t em_nx_hash(em_str s, uint64_t salt);
static inline em_str em_nx_token_text(const em_names *x, uint32_t token)
{
        return (em_str){x->text + x->token[token].text, x->token[token].length};
}

static inline void em_nx_spelling(const em_names *x, uint32_t token, em_spelling *ret)
{
        const em_nx_token *t = &x->token[token];
        *ret = (em_spelling){{x->text + t->text, t->length}, {x->text + t->sound, t->sound_length}, {x->text + t->bones, t->bones_length},
                             {x->text + t->korean, t->korean_length}, t->letters, t->sound_letters, t->syllables};
}

/* Packed parties (party_pack.c). */
void em_party_pack(const em_party *party, em_buf *out);
/* Strings point into bytes, arrays into the arena.  EM_FORMAT: bytes that em_party_pack does not write. */
EM_MUST em_status em_party_unpack(em_str bytes, em_arena *arena, em_party *ret_party, em_error *err);
void em_list_file_pack(const em_list_file *file, em_buf *out);
EM_MUST em_status em_list_file_unpack(em_str *rest, em_list_file *ret_file, em_error *err);

/* Ways to a token that is not written the same: each a hash under a salt of its own. */
typedef enum em_near_kind { EM_NEAR_SOUND = 2, EM_NEAR_SKELETON, EM_NEAR_KOREAN } em_near_kind;
enum { EM_NEAR_MOST = 160 };
/* Keys of a word, into out; returns how many.  Deletions of one letter; of two from eight letters on, unless the word is
 * two taken together. */
size_t em_near_keys(const em_spelling *word, bool joined, bool consonants, uint32_t out[EM_NEAR_MOST]);
/* The key of a word of one to three Korean syllables; false when it cannot be read so. */
bool em_near_korean(const em_spelling *word, uint32_t *ret_key);
/* Codes of the word's trigrams, with its ends; each once, ascending.  out: word.n + 1 at most 66. */
size_t em_trigrams(em_str word, uint32_t out[66]);

#endif
