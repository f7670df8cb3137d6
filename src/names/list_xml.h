/* names/list_xml.h -- XML lists, one entry at a time.
 *
 * A list of any size is a root, some heading, and many entries of a few kilobytes.  The frame runs expat over the
 * file and gives each entry as a small tree, which dies with the next; a reader never sees the whole document.
 *
 *   - No external entity is ever read; a file that declares entities of its own is refused (EM_FORMAT): no list
 *     has any, and those who send some want memory or files.
 *   - Depth, attributes and bytes of an entry have ceilings; an entry over one is a reject, the next is read.
 *   - Where a file is not well-formed, the place is a reject and reading goes on at the next entry behind it.  A
 *     file cut short keeps what was whole before the cut.
 *   - Bytes that are not UTF-8, or that XML forbids, are read as U+FFFD; each entry that has some is kept
 *     and noted as a reject with its first such place.
 */
#ifndef NAMES_LIST_XML_H
#define NAMES_LIST_XML_H

#include "names/list_inside.h"

typedef struct em_xml_attr { em_str name, value; } em_xml_attr;
typedef struct em_xml_node em_xml_node;
struct em_xml_node {
        em_str       name;              /* without its namespace's prefix */
        em_str       text;              /* its own, not its children's; as it stands, not trimmed */
        em_xml_attr *attr; size_t attrs;
        em_xml_node *up, *first, *last, *next;
        uint64_t     line, offset, length;      /* in the file */
};

typedef struct em_xml_frame {
        const char *const *entry;       /* names of elements that are given whole; ends with NULL */
        bool quiet;                     /* no rejects: a first look at a file that is read again */
        void *ctx;
        em_status (*root)(void *ctx, const em_xml_node *root, em_error *err);   /* its attributes; may be NULL */
        em_status (*take)(void *ctx, const em_xml_node *entry, em_error *err);
} em_xml_frame;

EM_MUST em_status em_xml_read(em_list_reading *r, const em_xml_frame *frame, em_error *err);

/* The first child of that name, its text trimmed, an attribute; NULL or empty when there is none. */
const em_xml_node *em_xml_child(const em_xml_node *node, const char *name);
const em_xml_node *em_xml_next(const em_xml_node *node, const char *name);      /* the next sibling of that name */
em_str em_xml_text(const em_xml_node *node, const char *child);
em_str em_xml_attr_of(const em_xml_node *node, const char *name);
bool   em_xml_is(const em_xml_node *node, const char *name);
/* for (each child of that name; NULL: of any) */
#define EM_XML_EACH(child, node, name) \
        for (const em_xml_node *child = em_xml_child((node), (name)); child; child = em_xml_next(child, (name)))

/* The root element's name at the head of a file, without prefix; empty when it is no XML. */
em_str em_xml_root_name(em_str head);

#endif
