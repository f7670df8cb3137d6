/* The sheet: the head with the finding, the foot with the sources, and the
 * words for who cannot see the picture (SVG Accessibility API Mappings: title
 * and desc, joined by aria-labelledby).
 */
#include "draw/pen.h"

static const em_type title_type = { 17.0, EM_INK_TEXT, "start", true, false };
static const em_type subtitle_type = { 13.0, EM_INK_MUTED, "start", false, false };
static const em_type foot_type = { 11.0, EM_INK_MUTED, "start", false, false };

#define TITLE_LEADING    22.0
#define SUBTITLE_LEADING 18.0
#define FOOT_LEADING     15.0

static em_lines title_lines(const em_sheet *sheet)
{
        return em_text_wrap(sheet->caption->title, title_type.size, true, sheet->width - 4.0, 4);
}

static em_lines subtitle_lines(const em_sheet *sheet)
{
        return em_text_wrap(sheet->caption->subtitle, subtitle_type.size, false,
                            sheet->width - 4.0, 3);
}

static em_lines foot_lines(const em_sheet *sheet, em_str text)
{
        return em_text_wrap(text, foot_type.size, false, sheet->width - 4.0, EM_LINES_MAX);
}

em_sheet em_sheet_make(const em_caption *caption, const em_draw_opts *opts)
{
        em_sheet sheet = { .caption = caption, .width = 760.0 };
        if (opts && opts->width > 0)
                sheet.width = opts->width < 320 ? 320.0 : (double)opts->width;
        sheet.standalone = opts && opts->standalone;
        em_lines title = title_lines(&sheet), subtitle = subtitle_lines(&sheet);
        sheet.top = TITLE_LEADING * (double)title.count +
                    SUBTITLE_LEADING * (double)subtitle.count + 10.0;
        return sheet;
}

double em_sheet_foot_height(const em_sheet *sheet, em_str more)
{
        em_lines foot = foot_lines(sheet, sheet->caption->foot), tail = foot_lines(sheet, more);
        size_t count = foot.count + tail.count;
        return count ? FOOT_LEADING * (double)count + 12.0 : 4.0;
}

void em_sheet_id(em_buf *out, const em_caption *caption, const char *suffix)
{
        em_str id = caption->id.n ? caption->id : EM_S("draw");
        for (size_t i = 0; i < id.n; i++) {
                char c = id.p[i];
                bool fit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '_';
                em_buf_ch(out, fit ? c : '-');
        }
        em_buf_fmt(out, "-%s", suffix);
}

static void open_element(em_buf *out, const em_sheet *sheet, double height)
{
        if (sheet->standalone)
                em_buf_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        em_buf_c(out, "<svg class=\"em-draw\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
        em_pen_num(out, sheet->width);
        em_buf_ch(out, ' ');
        em_pen_num(out, height);
        em_buf_ch(out, '"');
        em_pen_attr(out, "width", sheet->width);
        em_pen_attr(out, "height", height);
        /* No img: what stands in one is no link to a screen reader (WAI-ARIA 1.2, children presentational). */
        em_buf_c(out, " role=\"graphics-document\" aria-labelledby=\"");
        em_sheet_id(out, sheet->caption, "title");
        em_buf_ch(out, ' ');
        em_sheet_id(out, sheet->caption, "desc");
        em_buf_c(out, "\" font-family=\"system-ui, -apple-system, 'Segoe UI', Roboto, "
                 "'Helvetica Neue', Arial, sans-serif\">\n");
}

void em_sheet_open(em_buf *out, const em_sheet *sheet, double height)
{
        const em_caption *caption = sheet->caption;
        open_element(out, sheet, height);
        em_buf_c(out, "<title id=\"");
        em_sheet_id(out, caption, "title");
        em_buf_c(out, "\">");
        em_pen_escape(out, caption->title);
        em_buf_c(out, "</title>\n<desc id=\"");
        em_sheet_id(out, caption, "desc");
        em_buf_c(out, "\">");
        em_pen_escape(out, caption->desc.n ? caption->desc : caption->subtitle);
        em_buf_c(out, "</desc>\n");
        if (sheet->standalone) {
                em_buf_c(out, "<style>\n");
                em_draw_css(out);
                em_buf_c(out, "</style>\n");
                em_pen_rect(out, 0, 0, sheet->width, height, EM_INK_PAPER, 1.0);
        }
        em_lines title = title_lines(sheet), subtitle = subtitle_lines(sheet);
        double y = 17.0;
        em_pen_lines(out, &title, caption->title, 0, y, TITLE_LEADING, title_type);
        y += TITLE_LEADING * (double)title.count - 2.0;
        em_pen_lines(out, &subtitle, caption->subtitle, 0, y, SUBTITLE_LEADING, subtitle_type);
}

void em_sheet_close(em_buf *out, const em_sheet *sheet, double height, em_str more)
{
        em_lines foot = foot_lines(sheet, sheet->caption->foot), tail = foot_lines(sheet, more);
        double y = height - em_sheet_foot_height(sheet, more) + 16.0;
        if (foot.count + tail.count)
                em_pen_line(out, 0, y - 14.0, sheet->width, y - 14.0, EM_INK_RULE, 1.0, NULL);
        em_pen_lines(out, &foot, sheet->caption->foot, 0, y, FOOT_LEADING, foot_type);
        y += FOOT_LEADING * (double)foot.count;
        em_pen_lines(out, &tail, more, 0, y, FOOT_LEADING, foot_type);
        em_buf_c(out, "</svg>\n");
}
