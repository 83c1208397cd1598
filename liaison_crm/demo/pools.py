"""Words the synthetic market is made of. Nobody in it exists."""

FIRST_NAMES = (
    "Aaron Abigail Adaeze Adrian Aisha Alan Alicia Amir Andrea Anita Anthony Arjun Beatriz "
    "Benjamin Bianca Bruce Camila Carl Carmen Catherine Chen Chloe Claire Connor Daniel Darius "
    "Deborah Diego Dina Dmitri Edith Elena Elias Emeka Emily Erik Esther Ethan Farah Felix Fiona "
    "Frank Gabriel Gemma George Grace Gwen Hana Hassan Heather Hector Helen Henry Hugo Ian Imani "
    "Ingrid Irene Isaac Ivan Jacob Jamila Jane Jared Jasmine Jerome Joan Joel Julia Kamal Karen "
    "Keiko Kenneth Lars Laura Leila Leo Lillian Linda Lucas Lucia Luke Malik Marcus Maria Marta "
    "Matthew Mei Mina Miriam Monica Nadia Naomi Nathan Neil Nicole Nina Noah Nora Olga Oliver "
    "Omar Oscar Paige Patrick Paula Peter Petra Priscilla Rachel Rafael Rajesh Rebecca Rhea "
    "Robert Rosa Ruth Ryan Sabina Samir Sandra Sean Selma Simon Sofia Stefan Stella Susan Tariq "
    "Teresa Thomas Tobias Uma Valerie Victor Vikram Violet Walter Wendy Xavier Yasmin Yusuf Zoe"
).split()

LAST_NAMES = (
    "Abbott Abrams Acosta Adeyinka Agarwal Albright Alvarez Amato Anders Aoki Archer Arroyo "
    "Ashby Bakker Baptiste Barlow Barros Basu Becker Bellamy Benoit Berger Bhatt Blackwood "
    "Bowen Bradford Brandt Bremer Brooks Burke Cabrera Calloway Cardoso Carlsen Castellano "
    "Chandra Chase Cho Clement Conti Corbin Costa Crane Cruz Dalton Danforth Das Delgado Desai "
    "Dimitrov Donahue Doyle Drake Dubois Duran Eaton Egan Ellison Eriksen Espinoza Fairbanks "
    "Farrell Faulkner Ferrara Fischer Fitzgerald Fleming Flores Fontaine Forsyth Fowler Frost "
    "Gallagher Ganesan Garrison Gentile Ghosh Gibbons Goldberg Goswami Grant Griffin Gupta "
    "Haddad Halloran Hanley Harmon Hartley Hayashi Hendrix Herrera Hobbs Holloway Horvath Huang "
    "Hutchins Ibrahim Iyer Jablonski Jansen Jarvis Jimenez Joshi Kaplan Kapoor Keane Keller "
    "Khoury Kimura Kirsch Kline Kovacs Kowal Krishnan Lambert Landry Larkin Lawson Leblanc "
    "Lindgren Lombardi Lowell Lucero Lund Macias Mahoney Malone Mancini Marchetti Marlow Mbeki "
    "McAllister McBride McKenna Medina Mendes Menon Mercer Meyers Mistry Molina Montoya Moreau "
    "Morrow Mukherjee Mulligan Nakamura Narayan Nassar Nguyen Nielsen Novotny Obi Ochoa Odom "
    "Okafor Olsen Ortega Osborne Pacheco Padilla Pappas Parekh Patel Pearce Pereira Petrov "
    "Phelan Pike Pinto Prescott Quigley Quinn Radcliffe Ramsey Randall Rao Reilly Reyes Rhodes "
    "Rinaldi Rivera Roark Romano Rosen Rowland Rubin Saito Salazar Santoro Sawyer Schaefer "
    "Serrano Shah Sheridan Silva Singh Sloane Sokolov Sorensen Spencer Stein Strand Sutton "
    "Swanson Tanaka Teague Thakur Tobin Torres Tran Trent Tucker Underwood Valdez Varga Vaughn "
    "Velasco Vogel Volkov Wagner Walsh Warner Weiss Whitfield Wilder Wolfe Wong Wyatt Yamada "
    "Yates Yoder Zamora Zeller Ziegler"
).split()

STAFF_FIRST_NAMES = (
    "Amber Angela Barb Bonnie Brenda Carla Cheryl Cindy Connie Dawn Debbie Donna Gina Jackie "
    "Janelle Jody Joyce Kathy Kelly Lisa Lori Marcy Michelle Pam Patty Renee Rhonda Sherry "
    "Stacy Tammy Tina Tracy Vicky Yolanda"
).split()

STREETS = (
    "Main St;Center Ridge Rd;Pearl Rd;State Rd;Lake Ave;Detroit Ave;Euclid Ave;Ridge Rd;"
    "Broadway Ave;Market St;Cleveland Ave;Portage Trl;Medina Rd;Royalton Rd;Pleasant Valley Rd;"
    "Chillicothe Rd;Mentor Ave;Erie St;Church St;Washington Ave;Elm St;Oak Hill Rd;Park Blvd;"
    "Liberty St;Wooster Rd;Tuscarawas St;Darrow Rd;Sprague Rd;Milan Ave;Oberlin Ave"
).split(";")

NOTES = (
    "Wants the new scheduling number on a card for the front desk.",
    "Asked how soon echo slots open up. Left the direct line.",
    "Happy with the turnaround on reports this month.",
    "Busy morning; spoke at the window only.",
    "Two new nurse practitioners start next month.",
    "Prefers the portal over fax from now on.",
    "Told them about the Saturday imaging hours.",
    "Said patients were told three weeks for a first visit. Passed on.",
    "Interested in the joint replacement class.",
    "Office is moving its files next week, come back after.",
    "Lunch talk with four people, good questions on the valve clinic.",
    "They would like a name to call when a report is missing.",
    "Reviewed the referral checklist together.",
    "Asked for more order pads.",
)

PROMISES = (
    "Send the scheduling hot line card",
    "Find out why the last reports were late",
    "Bring the cardiology lead for a lunch talk",
    "Get portal access for the front desk",
    "Ask imaging about Saturday slots",
    "Send the joint class dates",
    "Check on the patient callback times",
    "Deliver order pads",
)
