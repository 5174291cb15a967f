package e2e

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"strings"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/sniff"
)

// media is a course with a medium of each kind, of which learners read an edition, and
// uploads in every state.
func (s *stage) media() {
	const slug, teacher = "with-media", "instructor@example.org"
	ctx, at, by := s.t.Context(), "/teach/"+slug+"/media", s.person(teacher).ID
	ed := shortCopy(s.t, slug, "")
	upload := func(name string, data []byte, whole bool) media.Upload {
		for _, u := range must[[]media.Upload](s.t)(server.Media.Uploads(ctx, by, ed.CourseID)) {
			if u.Name == name { // of an earlier stage
				return u
			}
		}
		u, _, err := server.Media.Begin(ctx, by, ed.CourseID, name, 0)
		s.check(err)
		must[int64](s.t)(server.Media.Append(ctx, by, u.ID, 0, bytes.NewReader(data)))
		if whole {
			s.check(server.Media.Finish(ctx, by, u.ID))
			within(s.t, name+" is examined", func() bool {
				u = must[media.Upload](s.t)(server.Media.Upload(ctx, by, u.ID))
				return u.State != media.Received
			})
		}
		return u
	}
	s.add("media.list", "empty", teacher, "/teach/"+short+"/media")
	lessons := ed.Course.Lessons()
	learner := "therapist@example.org"
	if len(ed.Course.Media) == 0 {
		ed = s.withMedia(ed, by, upload)
		p := s.person(learner)
		must[enrollment.Enrollment](s.t)(server.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: p.ID, EditionID: ed.ID, Source: "free"}))
		s.check(server.Enrollments.AcknowledgeDisclosure(ctx, s.enrollment(learner, slug)))
	}
	s.mediaPages(at, teacher, upload)
	s.add("lesson.show", "media", learner, "/learn/"+slug+"/lessons/"+lessons[0].Slug)
	s.add("lesson.show", "picture", learner, "/learn/"+slug+"/lessons/"+lessons[1].Slug)
}

// withMedia publishes an edition whose first lesson shows what is played and taken
// along, and whose second shows a picture: all of it in one would be more requests than
// a first view may take.
func (s *stage) withMedia(ed *course.Edition, by string, upload func(name string, data []byte, whole bool) media.Upload) *course.Edition {
	ctx, slug, lessons := s.t.Context(), ed.Slug, ed.Course.Lessons()
	items := map[string]manifest.Item{
		"window": {Kind: sniff.Image, Title: "A window", Alt: "A window with a chair beside it", Caption: "Drawn for this course."},
		"walk":   {Kind: sniff.Video, Title: "A walk", Captions: "media/walk.vtt", Transcript: "media/walk.txt"},
		"talk":   {Kind: sniff.Audio, Title: "A talk", Transcript: "media/talk.txt"},
		"sheet":  {Kind: sniff.Handout, Title: "Work sheet", Caption: "To take along."},
	}
	files := map[string][]byte{"window": stagePicture(s), "walk": stageVideo(), "talk": stageSound(), "sheet": []byte("%PDF-1.7\n%%EOF\n")}
	edits := []course.FileEdit{
		{Path: "media/walk.vtt", Content: []byte("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nWe walk.\n")},
		{Path: "media/walk.txt", Content: []byte("We walk.\n")}, {Path: "media/talk.txt", Content: []byte("We talk.\n")},
	}
	var list []byte
	var sent []string
	for _, id := range []string{"window", "walk", "talk", "sheet"} {
		u := upload(id, files[id], true)
		it := items[id]
		it.ID, it.Seconds, it.Files = id, u.Found.Seconds, u.Found.Files
		list, _ = manifest.Put(list, it)
		sent = append(sent, u.ID)
	}
	edits = append(edits, course.FileEdit{Path: manifest.Path, Content: list})
	for i, shows := range []string{"\n![](media:walk)\n\n![](media:talk)\n\n![](media:sheet)\n", "\n![](media:window)\n"} {
		f := must[course.DraftFile](s.t)(server.Courses.DraftFile(ctx, slug, lessons[i].File))
		edits = append(edits, course.FileEdit{Path: f.Path, Base: f.Seq, Content: []byte(strings.TrimRight(string(f.Content), "\n") + "\n" + shows)})
	}
	must[course.Saved](s.t)(server.Courses.EditDraft(ctx, course.Edit{Slug: slug, By: by, Kind: course.ChangeSave, Files: edits}))
	for _, id := range sent {
		s.check(server.Media.Discard(ctx, by, id))
	}
	return must[*course.Edition](s.t)(server.Courses.Publish(ctx, slug, "", "the stage"))
}

func (s *stage) mediaPages(at, teacher string, upload func(name string, data []byte, whole bool) media.Upload) {
	s.add("media.list", "", teacher, at)
	for _, id := range []string{"window", "walk", "talk", "sheet"} {
		s.add("media.show", id, teacher, at+"/items/"+id)
	}
	page := func(u media.Upload) string { return at + "/uploads/" + u.ID }
	s.add("media.upload.show", "open", teacher, page(upload("half.mp4", stageVideo()[:50], false)))
	s.add("media.upload.show", "refused", teacher, page(upload("page.html", []byte("<!doctype html>"), true)))
	s.add("media.upload.show", "image", teacher, page(upload("window.png", stagePicture(s), true)))
	s.add("media.upload.show", "audio", teacher, page(upload("talk.wav", stageSound(), true)))
	video := page(upload("walk.mp4", stageVideo(), true))
	s.add("media.upload.show", "video", teacher, video)
	s.refused("media.upload.show", "captions", teacher, video, 422)
	s.list[len(s.list)-1].fill = url.Values{"title": {"A walk"}, "captions": {"WEBVTT\n\n00:00:03.000 --> 00:00:02.000\nBack.\n\nx\n"}}
}

func stagePicture(s *stage) []byte {
	img := image.NewGray(image.Rect(0, 0, 700, 300))
	for x := range 700 {
		img.SetGray(x, x%300, color.Gray{255})
	}
	var out bytes.Buffer
	s.check(png.Encode(&out, img))
	return out.Bytes()
}

func stageSound() []byte {
	out := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data")
	return append(binary.LittleEndian.AppendUint32(out, 16000), bytes.Repeat([]byte{128}, 16000)...)
}

// stageVideo has the headers of a video, and no picture in it.
func stageVideo() []byte {
	box := func(kind string, parts ...string) string {
		body := strings.Join(parts, "")
		return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))) + kind + body
	}
	zero := strings.Repeat("\x00", 80)
	clock := zero[:12] + "\x00\x00\x00\x01\x00\x00\x00\x05" + zero
	trak := box("trak", box("tkhd", zero, "\x01\x40\x00\x00\x00\xb4\x00\x00"), box("mdia", box("mdhd", clock), box("hdlr", zero[:8], "vide", zero[:12]),
		box("minf", box("stbl", box("stsd", zero[:4]+"\x00\x00\x00\x01", box("avc1", zero[:8]))))))
	return []byte(box("ftyp", "isom", zero[:4]) + box("moov", box("mvhd", clock), trak) + box("mdat", zero))
}
