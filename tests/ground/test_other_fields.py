"""Rules of speech, held against sentences of other fields than those they were found in."""

import pytest

from rag_notes.ground import cues
from rag_notes.ground.faithful import strays
from rag_notes.ground.ownwords import runs_of_clauses
from rag_notes.ground.pointing import leanings
from rag_notes.ground.prose import clean_sentence, is_filler, points_outside
from rag_notes.ground.standalone import is_logistics, is_torn
from rag_notes.ground.verbs import has_verb
from rag_notes.ground.written import (
    as_written,
    decapitalised,
    to_written,
    with_quotes_closed,
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Transcription by RNA polymerase starts at the promoter.",
        "The mRNA transcript is made by RNA polymerase in the nucleus.",
        "Making a donation to a charity lowers your taxable income.",
        "A Creative Commons license is a copyright license.",
        "OpenCourseWare began at MIT in 2001.",
        "Your support helps the joint bear the load.",
        "If you hit the bell, it rings at 440 hertz.",
        "Follow our recipe and rest the dough for an hour.",
        "We are wrapping the dough in foil for an hour.",
        "If you go to the next octave, the frequency doubles.",
        "We can know how old a rock is by what is left of its potassium.",
        "We want to know how hot it is: that takes a thermometer.",
    ],
)
def test_what_others_teach_is_no_filler(sentence: str) -> None:
    assert not is_filler(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Six, rather than five, players are on the ice.",
        "Three, not four, chambers make up the frog heart.",
        "Two, at most, can be right.",
        "Seven, a prime, divides 21.",
    ],
)
def test_a_number_that_is_counted_stays(sentence: str) -> None:
    assert clean_sentence(sentence) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "The arms race with the Soviets.",
        "The systems approach to therapy.",
        "The drugs trade in the city.",
        "The price hikes that followed the war.",
        "The power plants that burn coal in the north.",
    ],
)
def test_names_of_two_nouns_have_no_verb(text: str) -> None:
    assert not has_verb(text)


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("In Germany he was known as a great physicist of light.", True),
        ("In March he crossed the Alps with an army of elephants.", True),
        ("The French called her a witch and burned the letters.", True),
        ("Adam Smith was no comedian, but he was very smart.", False),
        ("Darwin published late because he feared the church.", False),
        ("Marie Curie shared the prize, and she won another.", False),
    ],
)
def test_he_is_a_person_who_is_named(sentence: str, leans: bool) -> None:
    assert bool(leanings(sentence)) is leans


@pytest.mark.parametrize(
    ("said", "before", "after", "quoted"),
    [
        ('"Hamlet" is a tragedy in five acts.', "", "", False),
        ('"Mens rea" means the guilty mind.', "", "", False),
        ("It is watched.", 'Orwell wrote "1984" on Jura.', "Nobody is free.", False),
        ("Prices fell.", 'He calls economics "the dismal science.', "Wages fell too.", False),
        ('"When it reigns, life is less harassed."', "Churchill said:", "", True),
        ("It holds the riches back.", 'He wrote: "China was long still.', 'So it is." Yes.', True),
        ('He said that it was "because they have laws".', "", "", False),
        ('"It works," she said.', "", "", False),
    ],
)
def test_quotations(said: str, before: str, after: str, quoted: bool) -> None:
    assert cues.is_quoted(said, before, after) is quoted


@pytest.mark.parametrize(
    "sentence",
    [
        "As a result of osmosis, cells swell in pure water.",
        "In any case that comes before the court, the plaintiff has the burden.",
        "Suddenly heated glass cracks.",
    ],
)
def test_openers_that_name_what_they_speak_of_go_on_from_nothing(sentence: str) -> None:
    assert not cues.goes_on(sentence, "The bench hears it.")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "The bond between carbon atoms is strong and light.",
            "The bond between carbon atoms is strong as well as light.",
        ),
        (
            "The drug does not have so many side effects.",
            "The drug does not cost that much more. It does not have so many side effects.",
        ),
        (
            "The burden of proof lies with the plaintiff.",
            "That is the burden of proof. The burden of proof lies with the plaintiff.",
        ),
    ],
)
def test_what_was_said_may_be_said(statement: str, said: str) -> None:
    assert strays(statement, said, kept=0.2) is None


def test_marks_and_stops() -> None:
    assert with_quotes_closed('A 12" record holds more.') == 'A 12" record holds more.'
    assert with_quotes_closed('He wrote: "It fell. And rose.') == 'He wrote: "It fell. And rose."'
    assert with_quotes_closed('It fell, he wrote."') == "It fell, he wrote."
    assert to_written("That is, on net, wages rise.") == "On net, wages rise."
    acid = "That is, to a chemist, what an acid is."
    assert to_written(acid) == acid


@pytest.mark.parametrize(
    ("said", "disowned"),
    [
        ("He was wrong.", True),
        ("That is simply not true.", True),
        ("But I don't believe this.", True),
        ("It is wrong to divide by zero.", False),
        ("The wrong key opens nothing.", False),
        ("They were married for years.", False),
        ("This is a common mistake of beginners.", False),
    ],
)
def test_what_calls_the_sentence_before_wrong(said: str, disowned: bool) -> None:
    assert cues.disowns(said) is disowned


def test_a_name_that_is_a_verb_as_well_stays_large() -> None:
    said = "Peter, the flutes go to the best."
    assert decapitalised(said, around="But Peter, the flutes go to the best.").startswith("Peter")
    assert decapitalised("Mark reads the law.", around="So Mark reads it.").startswith("Mark")
    assert decapitalised("Mark the key.", around="We mark the key.").startswith("mark")


@pytest.mark.parametrize(
    ("said", "opens"),
    [
        ("Otherwise, there's no notion of a market.", True),
        ("Otherwise there is nothing to divide.", True),
        ("So suppose the river floods twice.", True),
        ("But imagine that the river floods twice.", True),
        ("Say they double every generation.", True),
        ("Let's say that you have two species.", True),
        ("Say your income doubles.", True),
        ("For instance, suppose you have ten sheep.", True),
        ("Otherwise healthy adults may carry it.", False),
        ("Otherwise, the model is the same as before.", False),
        ("Supposedly the king was mad.", False),
        ("Imagined communities are held together by print.", False),
        ("Say it loud.", False),
        ("Say what you see.", False),
        ("They say the river floods.", False),
    ],
)
def test_what_sets_a_case_that_the_next_sentence_holds_of(said: str, *, opens: bool) -> None:
    assert cues.opens_case(said) is opens
    assert cues.goes_on("The colony is never full.", said) is (opens or cues.reports(said))


def test_clauses_do_not_leave_the_case_they_were_said_of() -> None:
    said = "Say they double every day, and a day before the end the dish is half empty."
    assert runs_of_clauses(said, "It is half empty.") == ["Say they double every day."]
    said = "Suppose the judge rules for the tenant — the case goes to the high court."
    assert "The case goes to the high court." not in runs_of_clauses(said, said)
    said = "The trade shrank: partly because Norway got weak, partly because of the ice at sea."
    assert "Norway got weak, partly because of the ice at sea." not in runs_of_clauses(said, said)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (
            "We also have this theorem that's called the master theorem.",
            "We also have a theorem that is called the master theorem.",
        ),
        ("They use this acid called aqua regia.", "They use an acid called aqua regia."),
        ("We use this acid to etch glass.", "We use this acid to etch glass."),
        ("The plague came a few hundred years ago.", "The plague came a few hundred years ago."),
        ("A gene has several thousand bases.", "A gene has several thousand bases."),
        ("There's this unit called the mole.", "There is a unit called the mole."),
        (
            "The judge used this witness called by the defense.",
            "The judge used this witness called by the defense.",
        ),
        ("The exam ends at noon on Thursday, all right?", "The exam ends at noon on Thursday."),
    ],
)
def test_what_is_written_of_what_was_said(said: str, written: str) -> None:
    assert as_written(said) == written


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("It is a beautiful idea that you can split the work.", False),
        ("It is a beautiful idea to many.", True),
        ("It is an idea that changed physics.", True),
        ("It is an idea that the church rejected.", True),
    ],
)
def test_it_stands_for_what_is_said_behind_that(sentence: str, *, leans: bool) -> None:
    assert bool(leanings(sentence)) is leans
    assert points_outside(sentence) is leans


def test_a_name_before_a_semicolon_is_no_sentence() -> None:
    assert is_torn("Devotion to mines and to farms; values that worked, but do not work now.")
    assert not is_torn("Mines closed; values that worked before do not work now.")
    assert not is_torn("Wages rose; prices fell.")
    assert not is_torn("Glaciers melt; sea levels rise.")


@pytest.mark.parametrize(
    ("sentence", "torn"),
    [
        ("Not just plain maps, but in particular kinds of maps that change.", True),
        ("A function of population size, it starts out at r.", True),
        ("Not just the rich have paid, but the poor have paid as well.", False),
        ("Not only did the king fall, but by then the church had lost its land.", False),
        ("A hundred years ago, we rode horses.", False),
        ("A little while later, it rained.", False),
    ],
)
def test_what_stands_before_its_subject(sentence: str, *, torn: bool) -> None:
    assert is_torn(sentence) is torn


@pytest.mark.parametrize(
    ("said", "of_case"),
    [
        ("Then you might begin to believe the results.", True),
        ("So then the court would lose its case.", True),
        ("Then the court lost its case.", False),
    ],
)
def test_what_would_be_in_the_case_before(said: str, *, of_case: bool) -> None:
    assert cues.holds_in_case(said) is of_case


def test_problem_sets_are_about_the_course() -> None:
    assert is_logistics("All problem sets are going to be a week in duration.")
    assert not is_logistics("The problem sets in when the river floods.")
    assert not is_logistics("The free-rider problem sets the price of public goods at zero.")
    assert not is_logistics("This problem set the stage for calculus.")
    assert not is_logistics("Recitations of Homer kept the epics alive.")


@pytest.mark.parametrize(
    "sentence",
    [
        "We want to understand how the population responds to a higher death rate.",
        "In particular, we can think about what happens if the river floods twice.",
    ],
)
def test_what_is_asked_before_it_is_answered_says_nothing(sentence: str) -> None:
    assert is_filler(sentence)
