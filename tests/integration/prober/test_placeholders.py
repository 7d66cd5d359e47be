"""Pages that say "nothing here" with status 200, told from content by what made-up addresses answer."""

import pytest

from tests.probe_world import answer, to

NAVIGATION = "<ul>" + "".join(f"<li>Menu item number {n} of this site</li>" for n in range(60)) + "</ul>"
ANALYTICS = "<script src=/track.js></script>"
MISSING = f"<html><title>x</title><body>{NAVIGATION}<h1>Sorry, page not found</h1>{ANALYTICS}</body></html>"
HOME = f"<html><body>{NAVIGATION}<p>Welcome to our pictures, the best of the week and of the year</p>" + (
    "<p>" + " ".join(f"word{chr(97 + n % 26)}{n // 26 * 'x'}" for n in range(80)) + "</p></body></html>"
)
GALLERY = f"<html><body>{NAVIGATION}<h1>Page</h1><img src='/i/one.jpg'></body></html>"


@pytest.fixture
def soft(web):
    """A site that answers everything it does not have with 200 and the same page."""
    web.everywhere("foto.zz", answer(MISSING))
    web.at("foto.zz", "/", answer(HOME))
    return web


@pytest.mark.parametrize(
    "path", ["/abc", "/abc.jpg", "/view/abc", "/view/abc.html", "/12345", "/a/b/c/d", "/view/abc/"]
)
def test_a_page_that_made_up_addresses_get_as_well_is_a_placeholder(world, soft, path):
    assert world.found(f"http://foto.zz:{soft.port}{path}") == ("placeholder", "sibling")


@pytest.mark.parametrize("path", ["/view?id=5", "/view.php?a=1&b=xyz", "/v/w?id=abc"])
def test_a_query_is_made_up_too(world, soft, path):
    soft.at("foto.zz", path.split("?")[0], answer(HOME))
    assert world.found(f"http://foto.zz:{soft.port}{path}") == ("placeholder", "sibling")


def test_content_on_such_a_site_is_present(world, soft):
    assert world.found(soft.at("foto.zz", "/view/abc", answer(GALLERY))) == ("present", "content")


def test_made_up_addresses_repeat_no_part_that_could_exist(world, soft):
    world.see(f"http://foto.zz:{soft.port}/view/123.html?id=7")
    made_up = [path for path in soft.paths("foto.zz") if path not in {"/view/123.html?id=7", "/", "/view/123.html"}]
    assert made_up
    for path in made_up:
        numbers = [
            part for part in path.replace("?", "/").replace("=", "/").replace(".", "/").split("/") if part.isdigit()
        ]
        assert all(len(number) == 18 or number in {"123", "7"} for number in numbers)


def test_one_picture_in_a_large_common_frame_makes_a_page_of_its_own(world, soft):
    page = MISSING.replace("<h1>", "<img src=/i/abc.jpg><h1>")
    assert world.found(soft.at("foto.zz", "/view/abc", answer(page))) == ("present", "content")


@pytest.mark.parametrize(
    "extra",
    [
        "<video src=/v.mp4></video>", "<a href='/x.jpg'>x</a>", "<iframe src=/embed/abc></iframe>",
        "<source srcset='a.webp 1x'>", "<meta property=og:image content=/p.png>", "<a href=/all.zip>all</a>",
        "<div style='background:url(/b.jpg)'></div>", "<embed src=/f.swf>", "<object data=/o></object>",
        "<img src='data:image/png;base64,AAAA'>", "<img data-src=/lazy.jpg>", "<IMG SRC=/UPPER.JPG>",
    ],
)  # fmt: skip
def test_whatever_else_it_shows_makes_a_page_of_its_own(world, soft, extra):
    page = MISSING.replace("<h1>", extra + "<h1>")
    assert world.found(soft.at("foto.zz", "/view/abc", answer(page))) == ("present", "content")


def test_a_page_that_repeats_the_address_and_the_hour_is_still_the_same_page(world, web):
    def repeating(connection):
        path = web.asked[-1].path
        answer(MISSING.replace("Sorry", f"Sorry {path.strip('/')} at 12:{len(web.asked):02}"))(connection)

    web.everywhere("foto.zz", repeating)
    web.at("foto.zz", "/", answer(HOME))
    assert world.found(f"http://foto.zz:{web.port}/holiday-pictures") == ("placeholder", "sibling")


def test_the_same_bytes_for_every_picture_are_a_placeholder(world, web):
    web.everywhere("foto.zz", answer(b"\x89PNG\r\n\x1a\n" + b"\0removed" * 99, Content_Type="image/png"))
    web.at("foto.zz", "/", answer(HOME))
    assert world.found(f"http://foto.zz:{web.port}/i/abc.png") == ("placeholder", "sibling")


def test_the_same_bytes_at_every_address_whatever_are_not(world, web):
    """Else a host could hide a picture by showing it everywhere."""
    web.everywhere("foto.zz", answer(b"\x89PNG\r\n\x1a\n" + b"\0picture" * 99, Content_Type="image/png"))
    assert world.found(f"http://foto.zz:{web.port}/i/abc.png") == ("present", "everywhere")


def test_an_honest_404_beside_it_ends_the_question(world, web):
    assert world.found(web.at("foto.zz", "/v/abc", answer(MISSING))) == ("present", "content")
    assert len(web.paths("foto.zz")) == 2


# Addresses of which a part does not matter


def test_a_title_in_the_address_that_the_site_does_not_look_at_is_no_evidence(world, web):
    def any_title(connection):
        path = web.asked[-1].path
        answer(*((GALLERY,) if path.startswith("/photo/17/") else (MISSING, 404)))(connection)

    web.everywhere("foto.zz", any_title)
    assert world.found(f"http://foto.zz:{web.port}/photo/17/at-the-beach") == ("present", "content")


def test_a_title_that_the_site_corrects_by_a_redirect_is_no_evidence(world, web):
    def corrected(connection):
        path = web.asked[-1].path
        answer(*((b"", 404) if not path.startswith("/photo/17/") else (b"", 301)), Location="/photo/17/right")(
            connection
        )

    web.everywhere("foto.zz", corrected)
    web.at("foto.zz", "/photo/17/right", answer(GALLERY))
    assert world.found(f"http://foto.zz:{web.port}/photo/17/wrong") == ("present", "content")
    assert world.found(f"http://foto.zz:{web.port}/photo/17/right") == ("present", "content")


def test_a_query_that_the_site_does_not_look_at_is_no_evidence(world, web):
    def any_query(connection):
        path = web.asked[-1].path
        answer(*((GALLERY,) if path.startswith("/page") else (MISSING, 404)))(connection)

    web.everywhere("foto.zz", any_query)
    assert world.found(f"http://foto.zz:{web.port}/page?session=abc") == ("present", "content")


@pytest.mark.parametrize("path", ["/view/abc", "/abc", "/", "/?a=b"])
def test_a_shell_that_scripts_fill_is_no_evidence(world, web, path):
    web.everywhere(
        "foto.zz", answer(f"<html><body>{NAVIGATION}<div id=root></div><script src=/app.js></script></body>")
    )
    outcome, reason = world.found(f"http://foto.zz:{web.port}{path}")
    assert (outcome, reason) == ("present", "needs_script")


def test_a_shell_of_its_own_kind_of_page_is_no_evidence(world, web):
    """The view page is another shell than the front page, and the same for every picture."""

    def shells(connection):
        path = web.asked[-1].path
        inside = "<p>Loading the picture</p>" if path.startswith("/view/") and len(path) > 6 else "<p>Front</p>" * 90
        answer(f"<html><body>{inside}<script src=/app.js></script></body></html>")(connection)

    web.everywhere("foto.zz", shells)
    assert world.found(f"http://foto.zz:{web.port}/view/abc") == ("present", "needs_script")


def test_a_site_of_one_page_with_pictures_is_present(world, web):
    web.everywhere("foto.zz", answer(GALLERY))
    for path in ("/", "/abc", "/a/b"):
        assert world.found(f"http://foto.zz:{web.port}{path}") == ("present", "everywhere")


@pytest.mark.parametrize("path", ["/", "/abc", "/a/b?c=d"])
@pytest.mark.parametrize(
    "text",
    ["This domain is for sale!", "Buy this domain now", "Domein te koop", "Account suspended", "Welcome to nginx!"],
)
def test_a_parked_or_suspended_site_is_a_placeholder(world, web, path, text):
    web.everywhere(
        "foto.zz", answer(f"<html><body><h1>{text}</h1><a href=/x>contact</a><script>1</script></body></html>")
    )
    assert world.found(f"http://foto.zz:{web.port}{path}") == ("placeholder", "parked")


def test_a_few_bare_words_at_every_address_are_a_placeholder(world, web):
    web.everywhere("foto.zz", answer("<h1>This server is empty</h1>"))
    assert world.found(f"http://foto.zz:{web.port}/a") == ("placeholder", "sibling")


def test_bare_words_that_name_files_are_not(world, web):
    web.everywhere("foto.zz", answer("look at http://shop.yy/a and b.jpg", Content_Type="text/plain"))
    assert world.found(f"http://foto.zz:{web.port}/a") == ("present", "everywhere")


# Redirects


@pytest.mark.parametrize("place", ["/", "/removed.html", "http://shop.yy:PORT/removed", "/index.php?m=notfound"])
@pytest.mark.parametrize("path", ["/abc", "/view/abc.jpg", "/view?id=3"])
def test_a_redirect_that_made_up_addresses_get_as_well_is_a_placeholder(world, web, place, path):
    place = place.replace("PORT", str(web.port))
    web.everywhere("foto.zz", to(place))
    web.everywhere("shop.yy", answer(HOME))
    for here in ("/", "/removed.html", "/index.php?m=notfound"):
        web.at("foto.zz", here, answer(HOME))
    assert world.found(f"http://foto.zz:{web.port}{path}") == ("placeholder", "redirected")


def test_a_redirect_of_its_own_is_not(world, web):
    web.at("foto.zz", "/files/abc.jpg", answer(GALLERY))
    assert world.found(web.at("foto.zz", "/abc", to("/files/abc.jpg"))) == ("present", "content")


def test_a_redirect_of_the_whole_site_that_keeps_the_path_has_moved(world, web):
    def moved(connection):
        to(f"http://shop.yy:{web.port}{web.asked[-1].path}", 301)(connection)

    web.everywhere("foto.zz", moved)
    web.at("shop.yy", "/view/abc", answer(GALLERY))
    assert world.found(f"http://foto.zz:{web.port}/view/abc") == ("moved", "other_site")


def test_a_redirect_into_one_page_by_its_fragment_is_no_evidence(world, web):
    def hashed(connection):
        to(f"/#!{web.asked[-1].path}")(connection)

    web.everywhere("foto.zz", hashed)
    web.at("foto.zz", "/", answer(GALLERY))
    assert world.found(f"http://foto.zz:{web.port}/view/abc")[0] == "present"


# What bars the way


BARS = [
    ("login", "<form action=/in><input name=u><input type=password name=p></form>"),
    ("login", "<form><input type='password'></form>"),
    ("riddle", "<div class=g-recaptcha></div>"),
    ("riddle", "<div class=h-captcha data-sitekey=1></div>"),
    ("riddle", "<title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x.js></script>"),
    ("riddle", "<div class=cf-turnstile></div>"),
    ("riddle", "Are you a robot?"),
    ("age", "You must be at least 18 to enter"),
    ("age", "18+ only. Enter / leave"),
    ("age", "Ben je ouder dan 18? Ja / nee"),
    ("age", "<div id=age-verification>Confirm</div>"),
    ("region", "This video is not available in your country"),
    ("region", "Deze inhoud is niet beschikbaar in uw land"),
]


@pytest.mark.parametrize(("reason", "text"), BARS)
def test_what_bars_the_way_is_no_removal(world, web, reason, text):
    web.everywhere("foto.zz", answer(f"<html><body>{text}</body></html>"))
    assert world.found(f"http://foto.zz:{web.port}/view/abc") == ("blocked", reason)


@pytest.mark.parametrize("path", ["/login", "/users/sign_in?return=x", "/sso/start", "/inloggen", "/wp-login.php"])
def test_being_led_to_a_login_is_no_removal(world, web, path):
    web.everywhere("foto.zz", to(path))
    web.at("foto.zz", path, answer(HOME))
    assert world.found(f"http://foto.zz:{web.port}/view/abc") == ("blocked", "login")


@pytest.mark.parametrize("path", ["/age-verification", "/agegate/", "/consent?next=1", "/cookiewall", "/over18"])
def test_being_led_to_a_gate_is_no_removal(world, web, path):
    web.everywhere("foto.zz", to(path))
    web.at("foto.zz", path, answer(HOME))
    assert world.found(f"http://foto.zz:{web.port}/view/abc") == ("blocked", "age")


@pytest.mark.parametrize(("status", "headers"), [(503, {}), (429, {}), (503, {"cf_mitigated": "challenge"})])
def test_a_riddle_with_a_failing_status_is_no_failure(world, web, status, headers):
    web.everywhere("foto.zz", answer("<div class=h-captcha></div>", status, **headers))
    assert world.found(f"http://foto.zz:{web.port}/a") == ("blocked", "riddle")


def test_a_form_to_log_in_beside_content_bars_nothing(world, web):
    page = GALLERY.replace("<h1>", "<form><input type=password></form><h1>")
    assert world.found(web.at("foto.zz", "/a", answer(page))) == ("present", "content")
    long = f"<form><input type=password></form>{HOME}"
    assert world.found(web.at("foto.zz", "/b", answer(long))) == ("present", "content")


def test_siblings_that_fail_leave_it_present(world, web):
    web.everywhere("foto.zz", answer("down", 500))
    assert world.found(web.at("foto.zz", "/a", answer(MISSING))) == ("present", "content")
